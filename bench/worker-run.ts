/** A run on worker processes whose parent is the bench itself: it sees every snapshot. */
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { type FinishedRun, runPlan, type WorkerOptions } from "@nightjar/testkit/runs.ts";
import type { Context } from "./context.ts";

/** @throws Interrupted, when all its workers are gone */
export async function runWorkers(
  plan: PlanDocument,
  options: WorkerOptions,
  { signal }: Context,
): Promise<FinishedRun> {
  signal.throwIfAborted();
  const onReady: WorkerOptions["onReady"] = ({ run }) => {
    // Once for a graceful end, once more for an end at once.
    signal.addEventListener("abort", () => {
      run.stop("interrupted");
      run.stop("interrupted");
    });
  };
  const finished = await runPlan(plan, { ...options, onReady });
  signal.throwIfAborted();
  return finished;
}
