/** A rate as vegeta takes it: a whole number of hits in a whole number of nanoseconds. */

export interface VegetaRate {
  readonly frequency: number;
  readonly periodNs: number;
  /** Between two hits, as vegeta computes it: rounded down. */
  readonly gapNs: number;
}

/** Of a rate of many digits the period is so long. */
const MOST_DIGITS = 6;

export function vegetaRate(ratePerS: number): VegetaRate {
  let digits = 0;
  while (digits < MOST_DIGITS && !isWhole(ratePerS * 10 ** digits)) digits++;
  const frequency = Math.max(1, Math.round(ratePerS * 10 ** digits));
  const periodNs = 10 ** digits * 1e9;
  return { frequency, periodNs, gapNs: Math.floor(periodNs / frequency) };
}

function isWhole(value: number): boolean {
  return value >= 1 && Math.abs(value - Math.round(value)) < 1e-9 * value;
}

/**
 * Vegeta begins hit n at (n + 1) gaps, and no hit later than the duration: half a gap before the
 * last would be followed by another.
 */
export function vegetaDurationNs(exchanges: number, { gapNs }: VegetaRate): number {
  return Math.max(1, Math.round((exchanges - 0.5) * gapNs));
}
