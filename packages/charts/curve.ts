/**
 * Curve: latency as a function of x = log10(1/(1−q)), over the ranks of everything in the
 * population, answered or not; by the rule that the percentiles of a Result are made by.
 *
 *     x:  0 ─── p50 ──── p90 ─────── p99 ──────── end     beyond it the samples hold no interval
 */
import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import {
  ageless,
  EMPTY_HISTOGRAM,
  mergeHistograms,
  type SparseHistogram,
} from "@nightjar/core/record/histogram.ts";
import { type Distribution, quantityAtRank, sizeOf } from "@nightjar/core/record/percentile.ts";
import type { LatencyColumn } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";

export const SPECTRUM_COLUMNS = ["response", "service", "wait", "lag"] as const;
export type SpectrumColumn = (typeof SPECTRUM_COLUMNS)[number];

/** Of what was not answered: how long it had waited at least. */
export type AgeName = "failedAge" | "censoredAge" | "unsentAge";

/** How a histogram is come by: unpacking is not the same everywhere. `null`: empty. */
export type HistogramReader = (name: LatencyColumn | AgeName) => SparseHistogram | null;

/** n·(1−q) that a 95 % order-statistic interval needs: −ln 0.025. */
const TAIL_SAMPLES = 3.689;

export interface Curve {
  /** The last x that the samples hold; below zero where there are too few for any. */
  readonly endX: number;
  at(x: number): CurvePoint;
}

export interface CurvePoint {
  readonly x: number;
  readonly ms: number;
  /** Not all was answered, and it is surely not less. */
  readonly isBound: boolean;
}

/** x of a quantile in [0, 1). */
export function ninesOf(quantile: number): number {
  return -Math.log10(1 - quantile);
}

const AGES: Readonly<Record<SpectrumColumn, readonly AgeName[]>> = {
  response: ["censoredAge", "unsentAge"],
  wait: ["unsentAge"],
  service: [],
  lag: [],
};

/** `count`: of the whole population, of which histograms do not hold what was dropped. */
function distributionOf(
  { accounting }: ResultDocument,
  column: SpectrumColumn,
  { count, read }: { readonly count: number; readonly read: HistogramReader },
): Distribution {
  const of = (name: LatencyColumn | AgeName) => read(name) ?? EMPTY_HISTOGRAM;
  const known: Distribution = {
    exact: of(column),
    censored: mergeHistograms(AGES[column].map(of)),
    failed: column === "response" ? of("failedAge") : EMPTY_HISTOGRAM,
  };
  const rest = ageless(Math.max(0, count - sizeOf(known)));
  // What was dropped is longer than everything. Where nobody says, the rest may be anything.
  return accounting === null
    ? { ...known, censored: mergeHistograms([known.censored, rest]) }
    : { ...known, failed: mergeHistograms([known.failed, rest]) };
}

/** `null`: no histogram says anything of it. */
export function curveOf(
  result: ResultDocument,
  column: SpectrumColumn,
  read: HistogramReader,
): Curve | null {
  const latency = result.latencyMs[column];
  const isSilent = latency === undefined || [column, ...AGES[column]].every((of) => !read(of));
  if (isSilent && !(column === "response" && read("failedAge"))) return null;
  const distribution = distributionOf(result, column, { count: latency?.count ?? 0, read });
  const n = sizeOf(distribution);
  if (n === 0) return null;
  return {
    endX: Math.log10(n / TAIL_SAMPLES),
    at(x) {
      const rank = Math.min(Math.max(1, Math.ceil((1 - 10 ** -x) * n - 1e-9)), n);
      const quantity = quantityAtRank(distribution, rank);
      return "value" in quantity
        ? { x, ms: quantity.value / MILLISECOND_NS, isBound: false }
        : { x, ms: quantity.atLeast / MILLISECOND_NS, isBound: true };
    },
  };
}
