/**
 * Curve: latency as a function of x = log10(1/(1−q)), over the ranks of everything in the
 * population, answered or not.
 *
 *     x:  0 ─── p50 ──── p90 ─────── p99 ──────── end     beyond it the samples hold no interval
 *     known: a value ───────────────┤ not known: at least a bound
 *
 * Where failed exchanges are the only unanswered ones they stand behind all answers, and the values
 * before them are exact. Where some were censored, their ranks are not known, and a value stands
 * only as far as the table has one.
 */

import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { type SparseHistogram, valueAtRank } from "@nightjar/core/record/histogram.ts";
import { type Latency, PERCENTILES } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { histogramOf } from "../result-histograms.ts";
import { isAtLeast } from "./quantities.ts";

/** n·(1−q) that a 95 % order-statistic interval needs: −ln 0.025. */
const TAIL_SAMPLES = 3.689;
const LOWEST_NS = 1;

export interface Curve {
  /** The last x that the samples hold. */
  readonly endX: number;
  /** From here on nothing is known but `boundNs`; infinite where all is known. */
  readonly unknownX: number;
  readonly maxNs: number;
  /** Of the answered, for x below `unknownX`; at least 1 ns. */
  valueNs(x: number): number;
  /** What a latency surely is at x, where it is not known. */
  boundNs(x: number): number;
}

export function decadesOf(share: number): number {
  return -Math.log10(1 - share);
}

/** As far as the table states numbers. */
function statedX(latency: Latency): number {
  if (!isAtLeast(latency.max)) return Number.POSITIVE_INFINITY;
  const firm = PERCENTILES.filter((name) => typeof latency.percentiles[name] === "number");
  return Math.max(0, ...firm.map((name) => decadesOf(Number(name) / 100)));
}

/** The largest that the table states at or below x. */
function statedBoundNs(latency: Latency, x: number): number {
  const stated = PERCENTILES.filter((name) => decadesOf(Number(name) / 100) <= x).map((name) => {
    const quantity = latency.percentiles[name];
    if (typeof quantity === "number") return quantity;
    return isAtLeast(quantity) ? quantity.atLeast : 0;
  });
  return Math.max(0, ...stated) * MILLISECOND_NS;
}

function measured(
  histogram: SparseHistogram,
  n: number,
): Pick<Curve, "endX" | "valueNs" | "maxNs"> {
  const rankAt = (x: number) => Math.max(1, Math.ceil((1 - 10 ** -x) * n - 1e-9));
  return {
    endX: Math.log10(n / TAIL_SAMPLES),
    maxNs: Math.max(histogram.max, LOWEST_NS),
    valueNs: (x) => Math.max(valueAtRank(histogram, rankAt(x)), LOWEST_NS),
  };
}

/** `null`: nothing was answered. */
export function serviceCurve(result: ResultDocument, inflate: Deflate): Curve | null {
  const histogram = histogramOf(result, "service", inflate);
  if (histogram === null) return null;
  const known = measured(histogram, histogram.count);
  return { ...known, unknownX: Number.POSITIVE_INFINITY, boundNs: () => LOWEST_NS };
}

/** `null`: nothing was answered. */
export function responseCurve(result: ResultDocument, inflate: Deflate): Curve | null {
  const histogram = histogramOf(result, "response", inflate);
  const latency = result.latencyMs.response;
  if (histogram === null || latency === undefined) return null;
  const n = Math.max(latency.count, histogram.count);
  const { censored, unsent } = result.accounting ?? { censored: 0, unsent: 0 };
  const behind = n > histogram.count ? decadesOf(histogram.count / n) : Number.POSITIVE_INFINITY;
  const mixed = censored + unsent > 0;
  const known = measured(histogram, n);
  return {
    ...known,
    unknownX: mixed ? Math.min(behind, statedX(latency)) : behind,
    boundNs: (x) => Math.max(statedBoundNs(latency, x), mixed ? LOWEST_NS : known.maxNs),
  };
}
