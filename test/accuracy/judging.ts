/**
 * What the accuracy tests have in common: an origin in its own process, and claims with a
 * tolerance.
 */

import type { SparseHistogram } from "@nightjar/core/record/histogram.ts";
import type { TallyHistogram } from "@nightjar/core/record/tally.ts";
import { shareAbove } from "@nightjar/core/result/health.ts";
import type { ResultQuantity } from "@nightjar/core/result/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import type { FinishedRun } from "@nightjar/testkit/runs.ts";

export const NUMBER_HEADER = "x-nightjar-number";

/** Runs `body` with an origin that keeps a log; stops it whatever happens. */
export async function withOrigin<T>(
  flags: readonly string[],
  body: (origin: ChildOrigin) => Promise<T>,
): Promise<T> {
  const origin = await startChildOrigin("--log", ...flags);
  try {
    return await body(origin);
  } finally {
    await origin.stop();
  }
}

export interface Tolerance {
  /** Of the expected value. */
  readonly relative?: number;
  readonly absolute?: number;
}

/** Throws with both numbers. */
export function expectNear(
  what: string,
  actual: number,
  expected: number,
  allowed: Tolerance,
): void {
  const margin = (allowed.absolute ?? 0) + (allowed.relative ?? 0) * Math.abs(expected);
  if (Math.abs(actual - expected) <= margin) return;
  throw new Error(`${what}: ${actual}, expected ${expected} ± ${margin}`);
}

export function expectBelow(what: string, actual: number, limit: number): void {
  if (!(actual < limit)) throw new Error(`${what}: ${actual}, expected less than ${limit}`);
}

export function histogramOf(run: FinishedRun, name: TallyHistogram): SparseHistogram {
  return run.folded.totals.phases.measured.histogram(name);
}

/** Share of the samples above so many milliseconds, in percent. */
export function percentAbove(run: FinishedRun, name: TallyHistogram, ms: number): number {
  return shareAbove(histogramOf(run, name), ms * 1e6) * 100;
}

/** A percentile of the Result that must be a number. */
export function percentileMs(run: FinishedRun, column: string, name: string): number {
  const quantity: ResultQuantity = run.result.latencyMs[column].percentiles[name];
  if (typeof quantity === "number") return quantity;
  throw new Error(`p${name} of ${column} is ${JSON.stringify(quantity)}`);
}
