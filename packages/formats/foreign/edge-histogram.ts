/**
 * Counts between edges, as other tools have them, → a histogram of ours. What stands in a bucket is
 * taken for its upper edge, so that a percentile is never too low, and at most so much too high as
 * the widest bucket is wide.
 */
import type { Fidelity } from "@nightjar/core/record/fidelity.ts";
import {
  EMPTY_HISTOGRAM,
  Histogram,
  highestOf,
  type SparseHistogram,
  slotOf,
} from "@nightjar/core/record/histogram.ts";
import { refuseOutside } from "./latency-range.ts";

/** `count` latencies, none below `fromNs` and none above `upToNs`. */
export interface EdgeCount {
  readonly fromNs: number;
  readonly upToNs: number;
  readonly count: number;
}

/** What a document says beside its buckets; `null`: nothing. */
export interface Moments {
  readonly minNs: number | null;
  readonly meanNs: number | null;
  readonly stddevNs: number | null;
  readonly maxNs: number | null;
}

export interface EdgeHistogram {
  readonly histogram: SparseHistogram;
  readonly fidelity: Fidelity;
}

/** A fraction is stated with so many digits behind its point, upwards. */
const ERROR_STEPS = 10_000;

/** How much too high a percentile in the bucket may be, as a fraction. */
function errorOf({ fromNs, upToNs }: EdgeCount, maxNs: number): number {
  const stated = Math.min(highestOf(slotOf(Math.round(upToNs))), maxNs);
  return Math.max(stated - fromNs, 0) / fromNs;
}

function relativeErrorOf(buckets: readonly EdgeCount[], maxNs: number): number | null {
  let worst = 0;
  for (const bucket of buckets) {
    // Where all are 0, so is what is stated.
    if (bucket.upToNs > 0) worst = Math.max(worst, errorOf(bucket, maxNs));
  }
  return Number.isFinite(worst) ? Math.ceil(worst * ERROR_STEPS) / ERROR_STEPS : null;
}

function recorded(buckets: readonly EdgeCount[]): SparseHistogram {
  const total = new Histogram();
  for (const { upToNs, count } of buckets) {
    const value = Math.round(upToNs);
    const [sum, slots] = [BigInt(value) * BigInt(count), Uint16Array.of(slotOf(value))];
    const counts = Float64Array.of(count);
    const sumSquares = BigInt(value) * sum;
    total.add({ slots, counts, count, min: value, max: value, sum, sumSquares });
  }
  return total.sparse();
}

/** Σv and Σv² by the stated mean and deviation: n·µ and n·(σ² + µ²). */
function sumsOf(histogram: SparseHistogram, { meanNs, stddevNs }: Moments) {
  const { count: n, sum, sumSquares } = histogram;
  if (meanNs === null) return { sum, sumSquares };
  const whole = (value: number) => BigInt(Math.round(value));
  if (stddevNs === null) return { sum: whole(n * meanNs), sumSquares };
  return { sum: whole(n * meanNs), sumSquares: whole(n * (stddevNs ** 2 + meanNs ** 2)) };
}

/**
 * `buckets`: in rising order; those without a count are passed over. Throws `file` for what a
 * histogram of ours cannot hold.
 */
export function edgeHistogram(buckets: readonly EdgeCount[], moments: Moments): EdgeHistogram {
  const filled = buckets.filter(({ count }) => count > 0);
  if (filled.length === 0) {
    return { histogram: EMPTY_HISTOGRAM, fidelity: { kind: "buckets", relativeError: 0 } };
  }
  const { minNs, meanNs, stddevNs, maxNs } = moments;
  refuseOutside([...filled.map(({ upToNs }) => upToNs), minNs, meanNs, stddevNs, maxNs]);
  const last = filled[filled.length - 1];
  const histogram = recorded(filled);
  const max = Math.round(maxNs ?? last.upToNs);
  const min = Math.round(minNs ?? filled[0].fromNs);
  return {
    histogram: { ...histogram, min, max, ...sumsOf(histogram, moments) },
    fidelity: { kind: "buckets", relativeError: relativeErrorOf(filled, max) },
  };
}
