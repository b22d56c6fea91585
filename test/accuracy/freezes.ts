/**
 * What a freeze of S within a run of W must look like at a constant rate R, whoever was frozen. An
 * exchange due u after the freeze began is answered S − u after it was due, so of all exchanges a
 * share (S − x) / W is above x, and the quantile q is S − (1 − q)·W:
 *
 *     response          S = 1.4 s, W = 10 s:  above 10 ms 13.9 %,  p90 400 ms,  p99 1,300 ms
 *        S ┤╲
 *          │  ╲          while the server is frozen the first c exchanges occupy the c connections
 *          (they have no wait, but service);
 *          │    ╲        those after them wait, the longest for S − c/R
 *        0 ┴──────╲──▶ due
 *          0      S
 */
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { FinishedRun } from "@nightjar/testkit/runs.ts";
import { expectBelow, expectNear, percentAbove, percentileMs } from "./judging.ts";

export const FREEZE = { atMs: 4000, forMs: 1400, windowMs: 10_000, ratePerS: 200 } as const;

export function freezePlan(url: string, connections: number): PlanDocument {
  return {
    name: `freeze with ${connections} connections`,
    targets: [{ url }],
    load: { rate: FREEZE.ratePerS, connections },
    duration: `${FREEZE.windowMs}ms`,
  };
}

/** The column that must carry the freeze; `longestMs` is the most that it can show. */
function expectTriangle(
  run: FinishedRun,
  column: "response" | "wait" | "lag",
  longestMs: number,
): void {
  const { windowMs } = FREEZE;
  const above = ((longestMs - 10) / windowMs) * 100;
  expectNear(`${column} above 10 ms, in %`, percentAbove(run, column, 10), above, {
    absolute: 0.5,
  });
  const p90 = longestMs - 0.1 * windowMs;
  // What has piled up leaves in a burst: 6 to 27 ms at p90 on two quiet cores (30 runs).
  expectNear(`${column} p90`, percentileMs(run, column, "90"), p90, { relative: 0.1 });
  const p99 = longestMs - 0.01 * windowMs;
  expectNear(`${column} p99`, percentileMs(run, column, "99"), p99, { relative: 0.02 });
}

/** The server was frozen: it is the target's doing, and shows as response and wait. */
export function expectServerFreeze(run: FinishedRun, connections: number): void {
  const { forMs, ratePerS } = FREEZE;
  expectTriangle(run, "response", forMs);
  expectTriangle(run, "wait", forMs - (connections / ratePerS) * 1000);
  expectBelow("lag above 10 ms, in %", percentAbove(run, "lag", 10), 0.5);
  const slow = (percentAbove(run, "service", 50) / 100) * run.result.accounting.completed;
  expectBelow("services above 50 ms", slow, connections + 0.5);
}

/** What a freeze of ours adds is lag, and never wait. */
export function expectLagNotWait(run: FinishedRun, frozenMs: number): void {
  expectTriangle(run, "lag", frozenMs);
  expectBelow("wait above 10 ms, in %", percentAbove(run, "wait", 10), 0.5);
}

/** The generator was frozen for `frozenMs`: it is our doing, and shows as response and lag. */
export function expectGeneratorFreeze(run: FinishedRun, frozenMs: number): void {
  expectTriangle(run, "response", frozenMs);
  expectLagNotWait(run, frozenMs);
  const { turn } = run.result.latencyMs;
  expectBelow("1.38 s is below the longest turn", 1380, turn.max as number);
  const { generator, verdict } = run.result;
  if (generator.healthy) throw new Error("the run counts as healthy");
  if (verdict.outcome !== "inconclusive") throw new Error(`the verdict is ${verdict.outcome}`);
  const said = verdict.reasons.join("; ");
  if (!/stood still for 1\.\d+ s/.test(said))
    throw new Error(`the reasons do not name it: ${said}`);
}
