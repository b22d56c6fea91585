/**
 * The points at which Nighthawk states percentiles: those of HdrHistogram's percentile iterator, 5
 * to each halving of the distance to 100 %:
 *
 *     0  .1  .2  .3  .4  .5  .55  .6  .65  .7  .75  .775  …        and 1 at the end
 */
import { highestOf, type SparseHistogram } from "@nightjar/core/record/histogram.ts";

const TICKS_PER_HALF = 5;

export interface PercentilePoint {
  /** From 0 to 1. */
  readonly percentile: number;
  /** As HdrHistogram states it, at most the maximum. */
  readonly value: number;
  /** Of all samples up to that value. */
  readonly count: number;
}

/** One at least; of nothing: 0 at 1. */
export function percentilePoints(h: SparseHistogram): PercentilePoint[] {
  const points: PercentilePoint[] = [];
  let percent = 0;
  let count = 0;
  for (let at = 0; at < h.slots.length; at++) {
    count += h.counts[at];
    const value = Math.min(highestOf(h.slots[at]), h.max);
    const isLast = at === h.slots.length - 1;
    const reached = (100 * count) / h.count;
    while (percent <= reached) {
      points.push({ percentile: percent / 100, value, count });
      percent += step(percent);
      if (isLast) break;
    }
  }
  return [...points, { percentile: 1, value: h.max, count: h.count }];
}

function step(percent: number): number {
  const halvings = Math.trunc(Math.log2(100 / (100 - percent))) + 1;
  return 100 / (TICKS_PER_HALF * 2 ** halvings);
}
