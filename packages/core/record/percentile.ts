/**
 * Percentiles of a distribution in which not everything is known.
 *
 * - `exact`: values that were measured;
 * - `censored`: of these only a lower bound is known (the age at which we stopped looking);
 * - `failed`: these never got an answer. They count as longer than every answer, at any age.
 *
 * The value at rank r lies between two that are known: the lower, when nothing unanswered grew past
 * its age; the upper, when all of it grew past everything. Where they agree within 1 % the number
 * is printed, else `{atLeast: lower}`.
 */
import {
  EMPTY_HISTOGRAM,
  lowestOf,
  mergeHistograms,
  moments,
  type SparseHistogram,
  slotOf,
  valueAtRank,
} from "./histogram.ts";

export interface Distribution {
  readonly exact: SparseHistogram;
  readonly censored: SparseHistogram;
  /** Ages of the failed. */
  readonly failed: SparseHistogram;
}

const AGREEMENT = 1.01;

/** Nanoseconds; `atLeast`: nothing more is known than that. */
export type Quantity = { readonly value: number } | { readonly atLeast: number };

export function measuredOnly(exact: SparseHistogram): Distribution {
  return { exact, censored: EMPTY_HISTOGRAM, failed: EMPTY_HISTOGRAM };
}

export function sizeOf({ exact, censored, failed }: Distribution): number {
  return exact.count + censored.count + failed.count;
}

/**
 * Samples that a two-sided 95 % order-statistic interval for quantile q needs: q^n ≤ 0.025 (and for
 * q below a half its mirror), so n ≥ ln 0.025 / ln q: p99 368, p99.9 3,688, p99.99 36,887.
 */
export function samplesNeeded(percent: number): number {
  const tail = Math.max(percent, 100 - percent) / 100;
  return Math.ceil(Math.log(0.025) / Math.log(tail) - 1e-9);
}

/** `null`: too few samples for an interval. `percent` in (0, 100). */
export function percentileOf(distribution: Distribution, percent: number): Quantity | null {
  const n = sizeOf(distribution);
  if (n < samplesNeeded(percent)) return null;
  return quantityAtRank(distribution, Math.max(1, Math.ceil((percent / 100) * n - 1e-9)));
}

export function quantityAtRank({ exact, censored, failed }: Distribution, rank: number): Quantity {
  const known = mergeHistograms([exact, censored]);
  if (rank > known.count) return { atLeast: failedAtLeast(known, failed, rank - known.count) };
  const value = valueAtRank(known, rank);
  if (censored.count === 0) return { value };
  const upper = rank <= exact.count ? valueAtRank(exact, rank) : Number.POSITIVE_INFINITY;
  return upper <= value * AGREEMENT ? { value } : { atLeast: surelyAtRank(known, rank) };
}

/** The k-th of the failed is longer than everything else, and than its own age. */
function failedAtLeast(known: SparseHistogram, failed: SparseHistogram, k: number): number {
  const longest = known.count === 0 ? 0 : known.max;
  return Math.max(longest, surelyAtRank(failed, k));
}

/**
 * What the value at the rank is surely not below: exact at both ends, else the start of its slot.
 */
function surelyAtRank(h: SparseHistogram, rank: number): number {
  if (rank >= h.count) return h.max;
  const slot = slotOf(valueAtRank(h, rank));
  return slot === slotOf(h.min) ? h.min : lowestOf(slot);
}

/**
 * Over exchanges without an answer a mean has only a lower bound: the censored at their age, the
 * failed at the longest answer. A deviation has none but 0.
 */
export function meanOf(distribution: Distribution, which: "mean" | "stddev"): Quantity | null {
  const { exact, censored, failed } = distribution;
  const known = moments(exact);
  if (!known) return null;
  const n = sizeOf(distribution);
  if (n === exact.count) return { value: known[which] };
  if (which === "stddev") return { atLeast: 0 };
  return { atLeast: (Number(exact.sum + censored.sum) + failed.count * exact.max) / n };
}
