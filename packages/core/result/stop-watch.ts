/** StopWatch: looks at each merged second of a run for the conditions that end it early. */

import type { Plan } from "../plan/plan.ts";
import { targetNames } from "../plan/plan-target.ts";
import { parseStopCondition, type StopCondition } from "../plan/stop-condition.ts";
import { holds, type Scope, type Threshold } from "../plan/threshold.ts";
import type { Quantity } from "../record/percentile.ts";
import { INTERVAL_NS, type Snapshot } from "../record/snapshot.ts";
import { mergeTallies } from "../record/tally.ts";
import { measure, type Source, sourceOf } from "./measure.ts";

/** That a condition has held for long enough; `atNs` after T0. */
export interface Stop {
  readonly condition: string;
  readonly atNs: number;
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
