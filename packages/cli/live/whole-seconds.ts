/**
 * WholeSeconds: the seconds of several runs with one T0, added up. A second counts when every run
 * has told of it, or is over: else it would hold the answers of the fast ones alone.
 *
 *     run 1   0 1 2 3          runs 1 and 2 are at 3 and 1: seconds 0 and 1 are whole,
 *     run 2   0 1              2 and 3 of run 1 wait for those of run 2
 */
import { assert } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { LatencyMeaning } from "@nightjar/core/record/fidelity.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import { Totals } from "@nightjar/core/record/totals.ts";

export class WholeSeconds {
  readonly totals: Totals;
  /** Of each run the second after its last; what is over has no more. */
  private readonly ends: number[];
  private readonly waiting: Snapshot[] = [];

  /** `kind`: of the latencies that are told; unlike ones are not to be told at all. */
  constructor(plans: readonly Plan[], kind: LatencyMeaning) {
    assert(plans.length > 0, "a whole has parts");
    this.ends = new Array<number>(plans.length).fill(0);
    // Its parts have stages and targets; the whole has none.
    const { stages: _, ...load } = plans[0].load;
    this.totals = new Totals({ load, targets: [] }, kind);
  }

  /** What is added for a second again is added at once, if the second is whole already. */
  add(run: number, merged: Snapshot): void {
    this.ends[run] = Math.max(this.ends[run], merged.interval + 1);
    this.waiting.push(merged);
    this.release();
  }

  over(run: number): void {
    this.ends[run] = Number.POSITIVE_INFINITY;
    this.release();
  }

  private release(): void {
    const wholeBefore = Math.min(...this.ends);
    const left = this.waiting.splice(0);
    for (const merged of left) {
      if (merged.interval < wholeBefore) this.totals.add(merged);
      else this.waiting.push(merged);
    }
  }
}
