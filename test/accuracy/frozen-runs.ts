/** Runs during which the server, or the worker, stands still. */
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type FinishedRun, runPlan, type WorkerOptions } from "@nightjar/testkit/runs.ts";
import { FREEZE, freezePlan } from "./freezes.ts";
import { withOrigin } from "./judging.ts";

/** The origin answers the command to freeze, and freezes 20 ms later. */
const ORIGIN_DELAY_MS = 20;

export function runWithFrozenServer(
  connections: number,
  options: WorkerOptions = {},
): Promise<FinishedRun> {
  return withOrigin([], ({ url }) => {
    const freeze = new URL(`/.control/freeze?for=${FREEZE.forMs}ms`, url);
    const act = () => void fetch(freeze, { method: "POST" });
    const at = [{ ms: FREEZE.atMs - ORIGIN_DELAY_MS, act }];
    return runPlan(freezePlan(url, connections), { ...options, at });
  });
}

export interface FrozenRun {
  readonly run: FinishedRun;
  /** Between SIGSTOP and SIGCONT, as measured. */
  readonly frozenMs: number;
}

export function runWithFrozenWorker(
  connections: number,
  options: WorkerOptions = {},
): Promise<FrozenRun> {
  return withOrigin([], async ({ url }) => {
    let frozenMs = 0;
    const freeze = (pid: number) => {
      const stoppedNs = monotonicNs();
      process.kill(pid, "SIGSTOP");
      setTimeout(() => {
        frozenMs = (monotonicNs() - stoppedNs) / 1e6;
        process.kill(pid, "SIGCONT");
      }, FREEZE.forMs);
    };
    const at = [
      { ms: FREEZE.atMs, act: ({ pids }: { pids: readonly number[] }) => freeze(pids[0]) },
    ];
    const run = await runPlan(freezePlan(url, connections), { ...options, at });
    return { run, frozenMs };
  });
}
