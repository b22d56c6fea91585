/**
 * A histogram of ours → the one of fortio: seconds, rising buckets of which none is empty, the
 * first from the least on, the last up to the most, and percentiles in full precision.
 */
import {
  highestOf,
  lowestOf,
  type SparseHistogram,
  valueAtRank,
} from "@nightjar/core/record/histogram.ts";

/** Those that fortio's pages draw, and no others. */
const PERCENTILES = [50, 75, 90, 99, 99.9] as const;
/** 32 slots in one: a bucket is at most 3 % wide, and a page has some hundred to draw. */
const SLOTS_PER_BUCKET = 32;
const SECOND_NS = 1e9;

export interface FortioData {
  readonly Start: number;
  readonly End: number;
  readonly Percent: number;
  readonly Count: number;
}

interface Group {
  readonly fromNs: number;
  /** The first value that is not in it. */
  readonly toNs: number;
  readonly count: number;
}

/** Neighbours have their edge in common, as in fortio. */
function groupsOf({ slots, counts }: SparseHistogram): Group[] {
  const groups = new Map<number, number>();
  for (const [at, slot] of slots.entries()) {
    const group = Math.floor(slot / SLOTS_PER_BUCKET);
    groups.set(group, (groups.get(group) ?? 0) + counts[at]);
  }
  return [...groups].map(([group, count]) => ({
    fromNs: lowestOf(group * SLOTS_PER_BUCKET),
    toNs: highestOf((group + 1) * SLOTS_PER_BUCKET - 1) + 1,
    count,
  }));
}

/** Where each stands for its bucket's upper edge, the bucket begins where the one before ends. */
function coarseGroupsOf({ slots, counts, min }: SparseHistogram): Group[] {
  return [...slots].map((slot, at) => ({
    fromNs: at === 0 ? min : highestOf(slots[at - 1]),
    toNs: highestOf(slot),
    count: counts[at],
  }));
}

function dataOf(histogram: SparseHistogram, isCoarse: boolean): FortioData[] {
  const groups = isCoarse ? coarseGroupsOf(histogram) : groupsOf(histogram);
  let passed = 0;
  return groups.map(({ fromNs, toNs, count }, at) => {
    passed += count;
    const isLast = at === groups.length - 1;
    return {
      Start: (at === 0 ? histogram.min : fromNs) / SECOND_NS,
      End: (isLast ? histogram.max : toNs) / SECOND_NS,
      Percent: isLast ? 100 : (100 * passed) / histogram.count,
      Count: count,
    };
  });
}

/** Σ over slots of count and middle: within 0.05 % of the sum of what was measured. */
function overMiddles(histogram: SparseHistogram, of: (middleNs: number) => number): number {
  let sum = 0;
  for (const [at, slot] of histogram.slots.entries()) {
    sum += histogram.counts[at] * of((lowestOf(slot) + highestOf(slot)) / 2);
  }
  return sum;
}

export interface StatedMoments {
  readonly meanNs: number;
  readonly stddevNs: number;
}

function momentsOf(histogram: SparseHistogram): StatedMoments {
  const { count } = histogram;
  if (count === 0) return { meanNs: 0, stddevNs: 0 };
  const meanNs = overMiddles(histogram, (middle) => middle) / count;
  const spread = overMiddles(histogram, (middle) => (middle - meanNs) ** 2);
  return { meanNs, stddevNs: Math.sqrt(spread / count) };
}

function percentilesOf(histogram: SparseHistogram) {
  return PERCENTILES.map((percentile) => {
    const rank = Math.max(1, Math.ceil((percentile / 100) * histogram.count - 1e-9));
    return { Percentile: percentile, Value: valueAtRank(histogram, rank) / SECOND_NS };
  });
}

export interface HistogramFacts {
  readonly histogram: SparseHistogram;
  /** What was stated beside it; absent: reckoned from the slots. */
  readonly stated?: StatedMoments;
  /** Its buckets were wide, and their latencies stand at the upper edges. */
  readonly isCoarse: boolean;
}

export function fortioHistogram({ histogram, stated, isCoarse }: HistogramFacts) {
  const isEmpty = histogram.count === 0;
  const { meanNs, stddevNs } = stated ?? momentsOf(histogram);
  return {
    Count: histogram.count,
    Min: histogram.min / SECOND_NS,
    Max: histogram.max / SECOND_NS,
    Sum: (meanNs * histogram.count) / SECOND_NS,
    Avg: meanNs / SECOND_NS,
    StdDev: stddevNs / SECOND_NS,
    Data: isEmpty ? null : dataOf(histogram, isCoarse),
    ...(isEmpty ? {} : { Percentiles: percentilesOf(histogram) }),
  };
}
