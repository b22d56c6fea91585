/** A run during which its worker is stopped by SIGSTOP. */
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type FinishedRun, runPlan, type WorkerOptions } from "@nightjar/testkit/runs.ts";
import { FREEZE, freezePlan } from "./freezes.ts";
import { withOrigin } from "./judging.ts";

export interface FrozenRun {
  readonly run: FinishedRun;
  /** Between the two signals, as measured. */
  readonly frozenMs: number;
}

export function runFrozen(connections: number, options: WorkerOptions = {}): Promise<FrozenRun> {
  return withOrigin([], async ({ url }) => {
    let stoppedNs = 0;
    let frozenMs = 0;
    const run = await runPlan(freezePlan(url, connections), {
      idle: "spin",
      ...options,
      at: [
        {
          ms: FREEZE.atMs,
          act: ({ pids }) => {
            stoppedNs = monotonicNs();
            process.kill(pids[0], "SIGSTOP");
            setTimeout(() => {
              frozenMs = (monotonicNs() - stoppedNs) / 1e6;
              process.kill(pids[0], "SIGCONT");
            }, FREEZE.forMs);
          },
        },
      ],
    });
    return { run, frozenMs };
  });
}
