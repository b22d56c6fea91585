/** Scale: a value's place along an axis, 0 to 1, and the ticks that name it. */
import { linearDomain, logDomain, type Tick, type TickedDomain, timeTicks } from "./ticks.ts";

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
  readonly ticks: readonly Tick[];
  /** In [0, 1]: what lies outside is at the end. */
  at(value: number): number;
}

/** From here on a linear axis would press the small values onto its bottom. */
const LOG_RATIO = 12;
/** Wider than this, what is small has no shape that anybody looks for. */
const MOST_DECADES = 7;
/** A single value stands in the middle of so much. */
const SPREAD = 2;
/** Whatever a document holds, axes go to here: in seconds 30 million years. */
const LARGEST = 1e15;
const SMALLEST = 1e-9;

/** Numbers that an axis can hold: finite, not below zero; what is none is zero. */
export function drawable(value: number): number {
  return value > 0 ? Math.min(value, LARGEST) : 0;
}

/** Of any number of values; 0 of none. */
export function largestOf(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}

/** The smallest above zero; 0 of none. */
export function smallestOf(values: readonly number[]): number {
  const least = values.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), Number.POSITIVE_INFINITY);
  return Number.isFinite(least) ? least : 0;
}

function clamp(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}

function linear({ low, high, ticks }: TickedDomain): Scale {
  return { low, high, ticks, isLog: false, at: (value) => clamp((value - low) / (high - low)) };
}

function logarithmic({ low, high, ticks }: TickedDomain): Scale {
  const span = Math.log(high / low);
  const at = (value: number) => (value <= low ? 0 : clamp(Math.log(value / low) / span));
  return { low, high, ticks, isLog: true, at };
}

/** From zero to `high`, or a little more; to 1 where there is nothing. */
export function fromZero(high: number, most: number): Scale {
  return linear(linearDomain(0, high > SMALLEST ? high : 1, most));
}

/** Of counts, which have nothing between 0 and 1. */
export function wholeFromZero(high: number, most: number): Scale {
  return fromZero(Math.max(high, most), most);
}

/** Over many orders of magnitude, of which those far below `high` are left out. */
export function logScale(low: number, high: number, most: number): Scale {
  const top = Math.max(high, SMALLEST);
  const bottom = Math.min(Math.max(low, top / 10 ** MOST_DECADES, SMALLEST), top);
  const isNarrow = top / bottom < SPREAD * SPREAD;
  return logarithmic(
    isNarrow ? logDomain(bottom / SPREAD, top * SPREAD, most) : logDomain(bottom, top, most),
  );
}

/**
 * For values of which the smallest above zero is `low`: from zero where they are near each other,
 * else by orders of magnitude.
 */
export function scaleFor(low: number, high: number, most: number): Scale {
  return high > low * LOG_RATIO && low > 0 ? logScale(low, high, most) : fromZero(high, most);
}

/** Around values that are near each other and far from zero. */
export function around(low: number, high: number, most: number): Scale {
  return high > low ? linear(linearDomain(low, high, most)) : fromZero(high, most);
}

/** Seconds from `low` to `high`, without a margin. */
export function timeScale(low: number, high: number, most: number): Scale {
  const end = high > low ? high : low + 1;
  return linear({ low, high: end, ticks: timeTicks(low, end, most) });
}
