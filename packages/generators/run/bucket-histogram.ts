/**
 * Buckets of other programs → our histogram: each at its upper edge, so that a percentile is never
 * too low. Minimum, maximum, mean and deviation are the program's own where it says them.
 */
import {
  EMPTY_HISTOGRAM,
  Histogram,
  type SparseHistogram,
  slotOf,
} from "@nightjar/core/record/histogram.ts";

export interface Bucket {
  readonly lowerNs: number;
  readonly upperNs: number;
  readonly count: number;
}

export interface Moments {
  readonly minNs: number;
  readonly maxNs: number;
  readonly meanNs: number;
  readonly stddevNs: number;
}

export function histogramOfBuckets(buckets: readonly Bucket[], moments?: Moments): SparseHistogram {
  const filled = buckets.filter(({ count }) => count > 0);
  if (filled.length === 0) return EMPTY_HISTOGRAM;
  const bySlot = new Map<number, number>();
  for (const { upperNs, count } of filled) {
    const slot = slotOf(clamped(upperNs));
    bySlot.set(slot, (bySlot.get(slot) ?? 0) + count);
  }
  const slots = [...bySlot.keys()].sort((a, b) => a - b);
  const count = filled.reduce((sum, bucket) => sum + bucket.count, 0);
  return {
    slots: Uint16Array.from(slots),
    counts: Float64Array.from(slots, (slot) => bySlot.get(slot) ?? 0),
    count,
    ...(moments === undefined ? edges(filled) : said(moments, count)),
  };
}

type Sums = Pick<SparseHistogram, "min" | "max" | "sum" | "sumSquares">;

const HOUR_NS = 3_600_000_000_000;

function clamped(ns: number): number {
  return Math.min(Math.max(Math.round(ns), 0), HOUR_NS);
}

function said({ minNs, maxNs, meanNs, stddevNs }: Moments, count: number): Sums {
  return {
    min: clamped(minNs),
    max: clamped(maxNs),
    sum: BigInt(Math.round(meanNs * count)),
    sumSquares: BigInt(Math.round((meanNs ** 2 + stddevNs ** 2) * count)),
  };
}

function edges(buckets: readonly Bucket[]): Sums {
  const all = new Histogram();
  all.record(clamped(buckets[0].lowerNs));
  let sum = 0n;
  let sumSquares = 0n;
  for (const { upperNs, count } of buckets) {
    const value = BigInt(clamped(upperNs));
    sum += value * BigInt(count);
    sumSquares += value * value * BigInt(count);
    all.record(Number(value));
  }
  return { min: all.min, max: all.max, sum, sumSquares };
}

/** A percentile at the upper edge of its bucket is at most so much too high; `null`: of nothing. */
export function relativeErrorOf(buckets: readonly Bucket[]): number | null {
  const filled = buckets.filter(({ count, lowerNs }) => count > 0 && lowerNs > 0);
  if (filled.length === 0) return null;
  return Math.max(...filled.map(({ lowerNs, upperNs }) => upperNs / lowerNs - 1));
}
