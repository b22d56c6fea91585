/**
 * Bins: a latency histogram for a picture. Bars of one width, along orders of magnitude where the
 * latencies span such, else along a line; never so narrow that the recorder's own slots show.
 */
import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { highestOf, lowestOf, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import { around, logScale, type Scale } from "./scale.ts";

export interface Bin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

export interface Bins {
  /** Latencies along it. */
  readonly scale: Scale;
  readonly bins: readonly Bin[];
  /** The fullest. */
  readonly most: number;
}

const LINEAR_RATIO = 4;
const MOST_TICKS = 8;
/** A slot is up to 1/1024 of its value wide, a bin at least so much of it. */
const LEAST_WIDTH = 16 / 1024;
/** A single value stands in the middle of some bins. */
const LEAST_SPAN = 9 * LEAST_WIDTH;

function scaleOf({ slots, max }: SparseHistogram): Scale {
  const low = Math.max(lowestOf(slots[0]), 1) / MILLISECOND_NS;
  const high = Math.max(Math.min(max, highestOf(slots[slots.length - 1])) / MILLISECOND_NS, low);
  if (high > low * LINEAR_RATIO) return logScale(low, high, MOST_TICKS);
  const margin = Math.max(high * LEAST_SPAN - (high - low), (high - low) / 10) / 2;
  return around(Math.max(low - margin, 0), high + margin, MOST_TICKS);
}

/** How many bins the slots allow, of `wanted`. */
function binCount({ low, high, isLog }: Scale, wanted: number): number {
  const widest = isLog ? Math.log(high / low) / LEAST_WIDTH : (high - low) / (high * LEAST_WIDTH);
  return Math.max(1, Math.min(wanted, Math.floor(widest)));
}

function edgeOf({ low, high, isLog }: Scale, share: number): number {
  return isLog ? low * (high / low) ** share : low + (high - low) * share;
}

/** A slot belongs to the bin that its middle is in. */
function countsOf({ slots, counts }: SparseHistogram, scale: Scale, length: number): number[] {
  const sums = new Array<number>(length).fill(0);
  for (let at = 0; at < slots.length; at++) {
    const middle = (lowestOf(slots[at]) + highestOf(slots[at])) / 2 / MILLISECOND_NS;
    const bin = Math.min(Math.floor(scale.at(middle) * length), length - 1);
    sums[bin] += counts[at];
  }
  return sums;
}

/** `null` of nothing. `wanted`: how many bars there is room for. */
export function binsOf(histogram: SparseHistogram | null, wanted: number): Bins | null {
  if (histogram === null || histogram.count === 0) return null;
  const scale = scaleOf(histogram);
  const length = binCount(scale, wanted);
  const counts = countsOf(histogram, scale, length);
  const bins = counts.map((count, at) => ({
    fromMs: edgeOf(scale, at / length),
    toMs: edgeOf(scale, (at + 1) / length),
    count,
  }));
  return { scale, bins, most: Math.max(...counts) };
}
