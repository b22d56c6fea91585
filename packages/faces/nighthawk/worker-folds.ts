/** The events of a run, kept apart by worker: what Nighthawk's results are made of. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import { Totals } from "@nightjar/core/record/totals.ts";
import { type Ended, lossOf, type RunEvent } from "@nightjar/core/run/load-generator.ts";
import type { Predicate } from "@nightjar/wire/nighthawk/predicates.ts";
import type { WorkerFacts } from "@nightjar/wire/nighthawk/worker-facts.ts";

interface Fold {
  readonly totals: Totals;
  ended: Ended | undefined;
}

export class WorkerFolds {
  /** Of all of them together. */
  readonly totals: Totals;
  private readonly folds = new Map<string, Fold>();

  constructor(
    private readonly plan: Plan,
    private readonly predicates: readonly Predicate[],
  ) {
    this.totals = new Totals(plan);
  }

  apply(event: RunEvent): void {
    const fold = this.foldOf(event.child);
    if (event.type === "ended") fold.ended = event;
    if (event.type !== "snapshot") return;
    fold.totals.add(event);
    this.totals.add(event);
  }

  private foldOf(child: string): Fold {
    const known = this.folds.get(child);
    if (known) return known;
    const fresh = { totals: new Totals(this.plan), ended: undefined };
    this.folds.set(child, fresh);
    return fresh;
  }

  /** `startWallNs`: T0, since 1970. */
  facts(workers: readonly string[], startWallNs: bigint): WorkerFacts[] {
    const { warmupNs } = timing(this.plan);
    return workers.map((name) => {
      const { totals, ended } = this.foldOf(name);
      const fired = this.firedOf(ended);
      return {
        totals,
        durationNs: Math.max(0, this.untilNs(ended) - warmupNs),
        startWallNs: startWallNs + BigInt(Math.round(warmupNs)),
        failed: fired?.means === "failure",
        cancelled: ended?.outcome === "stopped" && fired === undefined,
      };
    });
  }

  /** What went wrong, worker by worker, in words. */
  faults(workers: readonly string[]): string[] {
    return workers.flatMap((name, at) => {
      const { ended } = this.foldOf(name);
      const fired = this.firedOf(ended);
      const who = `worker_${at}`;
      if (fired?.means === "failure") return [`${who}: ${fired.counter} is above ${fired.above}`];
      return ended === undefined ? [] : (lossOf(who, ended) ?? []);
    });
  }

  /** Of two predicates of one counter and number the first counts: termination. */
  private firedOf(ended: Ended | undefined): Predicate | undefined {
    const limit = ended?.limit;
    if (limit === undefined) return undefined;
    return this.predicates.find(
      ({ count, above }) => count === limit.count && above === limit.above,
    );
  }

  private untilNs(ended: Ended | undefined): number {
    return ended?.untilNs ?? timing(this.plan).endNs;
  }
}
