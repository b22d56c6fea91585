/** StopWatch: looks at each merged second of a run for the conditions that end it early. */

import type { Plan } from "../plan/plan.ts";
import { targetNames } from "../plan/plan-target.ts";
import { parseStopCondition, type StopCondition } from "../plan/stop-condition.ts";
import { holds, type Metric, type Scope, type Threshold } from "../plan/threshold.ts";
import { timing } from "../plan/timing.ts";
import type { Quantity } from "../record/percentile.ts";
import { INTERVAL_NS, type Snapshot } from "../record/snapshot.ts";
import { mergeTallies } from "../record/tally.ts";
import { stagesOf } from "../schedule/rate-profile.ts";
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

/** What adds up over time: of half a second there is half as much. */
function addsUp(metric: Metric): boolean {
  return metric.of === "rate" || (metric.of === "status" && metric.unit === "count");
}

/** When exchanges of a part of the run become due, ns after T0. */
interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

function spanOf(plan: Plan, scope: Scope): Span {
  if (scope.of === "stage") return stagesOf(plan)[scope.stage];
  const { warmupNs, endNs } = timing(plan);
  return { fromNs: scope.of === "run" ? 0 : warmupNs, toNs: endNs };
}

class Watched {
  private streak = 0;
  private readonly span: Span;

  constructor(
    readonly condition: StopCondition,
    plan: Plan,
  ) {
    this.span = spanOf(plan, condition.threshold.scope);
  }

  /** Whether this second of the run says something of what is watched. */
  speaksOf(interval: number, isLast: boolean): boolean {
    if (!addsUp(this.condition.threshold.metric)) return true;
    const { fromNs, toNs } = this.span;
    return !isLast && interval * INTERVAL_NS >= fromNs && (interval + 1) * INTERVAL_NS <= toNs;
  }

  /** A second that says nothing is none in which the condition held. */
  pass(): boolean {
    this.streak = 0;
    return false;
  }

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
  private readonly requests: number;
  private due = 0;
  private next = 0;

  constructor(plan: Plan) {
    this.watched = plan.stopOn.map((text) => new Watched(parseStopCondition(text), plan));
    this.names = targetNames(plan.targets);
    this.requests = plan.load.requests ?? Number.POSITIVE_INFINITY;
  }

  /** The first condition that has held for long enough. What is added later is not seen. */
  look(merged: Pick<Snapshot, "interval" | "cells">): Stop | undefined {
    if (this.watched.length === 0 || merged.interval < this.next) return undefined;
    this.next = merged.interval + 1;
    this.due += merged.cells.reduce((sum, { tally }) => sum + tally.counts.due, 0);
    const isLast = this.due >= this.requests;
    const held = this.watched.filter((watched) => {
      if (!watched.speaksOf(merged.interval, isLast)) return watched.pass();
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
