/**
 * StopCondition: what ends a run early, `errors > 10% for 3s`. It is a threshold that must *not*
 * come to hold, judged on the merged data of each second: when it has held for so many seconds in a
 * row, the run is over and has failed.
 */
import { NightjarError } from "./errors.ts";
import { measure, type Source, sourceOf } from "./measure.ts";
import type { Quantity } from "./percentile.ts";
import type { Plan } from "./plan.ts";
import { targetNames } from "./plan-target.ts";
import { DURATION_PATTERN, parseDurationNs } from "./quantity.ts";
import { INTERVAL_NS, type Snapshot } from "./snapshot.ts";
import { mergeTallies } from "./tally.ts";
import { holds, parseThreshold, type Scope, type Threshold, type Vocabulary } from "./threshold.ts";

export interface StopCondition {
  readonly expr: string;
  readonly threshold: Threshold;
  /** Seconds in a row. */
  readonly seconds: number;
}

/** That a condition has held for long enough; `atNs` after T0. */
export interface Stop {
  readonly condition: string;
  readonly atNs: number;
}

const SHAPE = /^(.*?)\s+for\s+(\S+)\s*$/s;
const MAX_SECONDS = 3600;

/** Without `for`, one second. Throws `bad-plan`. */
export function parseStopCondition(
  text: string,
  where = "stopOn",
  vocabulary?: Vocabulary,
): StopCondition {
  const shape = SHAPE.exec(text);
  const threshold = parseThreshold(shape ? shape[1] : text, where, vocabulary);
  const seconds = shape ? readSeconds(shape[2], text, where) : 1;
  return { expr: text.trim(), threshold, seconds };
}

function readSeconds(duration: string, text: string, where: string): number {
  const ns = DURATION_PATTERN.test(duration) ? parseDurationNs(duration) : 0;
  const seconds = ns / INTERVAL_NS;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS) return seconds;
  const column = text.lastIndexOf(duration) + 1;
  throw new NightjarError(
    "bad-plan",
    `${where}: "${text}", column ${column}: whole seconds up to an hour, found "${duration}"`,
    "it is judged once a second, like errors > 10% for 3s",
  );
}

/** Over every possible value: a bound that is already beyond the limit counts. */
function surelyHolds({ operator, limit }: Threshold, quantity: Quantity | null): boolean {
  if (quantity === null) return false;
  if ("value" in quantity) return holds(quantity.value, operator, limit);
  return operator.startsWith(">") && holds(quantity.atLeast, operator, limit);
}

class Watched {
  private streak = 0;

  constructor(readonly condition: StopCondition) {}

  /** Whether the condition has now held for as long as it says. */
  look(source: Source): boolean {
    const { threshold, seconds } = this.condition;
    const quantity = measure(threshold.metric, { ...source, durationS: 1 });
    this.streak = surelyHolds(threshold, quantity) ? this.streak + 1 : 0;
    return this.streak >= seconds;
  }
}

/** Looks at the merged second after second of a run. */
export class StopWatch {
  private readonly watched: readonly Watched[];
  private readonly names: readonly string[];
  private next = 0;

  constructor({ stopOn, targets }: Pick<Plan, "stopOn" | "targets">) {
    this.watched = stopOn.map((text) => new Watched(parseStopCondition(text)));
    this.names = targetNames(targets);
  }

  /** The first condition that has held for long enough. What is added later is not seen. */
  look(merged: Pick<Snapshot, "interval" | "cells">): Stop | undefined {
    if (this.watched.length === 0 || merged.interval < this.next) return undefined;
    this.next = merged.interval + 1;
    const held = this.watched.filter((watched) => {
      const { scope } = watched.condition.threshold;
      return watched.look(this.sourceIn(merged, scope));
    });
    if (held.length === 0) return undefined;
    return { condition: held[0].condition.expr, atNs: this.next * INTERVAL_NS };
  }

  private sourceIn({ cells }: Pick<Snapshot, "cells">, scope: Scope): Source {
    const inScope = cells.filter(({ stage, target, phase }) => {
      if (scope.of === "run") return true;
      if (phase === "warmup") return false;
      return scope.of === "stage" ? stage === scope.stage : this.names[target] === scope.name;
    });
    return sourceOf(mergeTallies(inScope.map(({ tally }) => tally)));
  }
}
