/** The median of paired ratios, with the interval that order statistics give it. */

export interface MedianInterval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Of the interval, by the binomial distribution of ranks. */
  readonly confidence: number;
}

function choose(n: number, k: number): number {
  let value = 1;
  for (let step = 1; step <= k; step++) value = (value * (n - step + 1)) / step;
  return value;
}

/**
 * The interval from the (k+1)-th smallest to the (k+1)-th largest holds the true median with
 * probability
 * 1 − 2·Σⱼ₌₀ᵏ C(n,j)/2ⁿ, whatever the distribution. The narrowest with at least 95 % (n = 7: all of
 * it, 98.4 %).
 */
export function medianInterval(values: readonly number[]): MedianInterval {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let k = 0;
  let outside = 2 * choose(n, 0) * 0.5 ** n;
  for (;;) {
    const wider = outside + 2 * choose(n, k + 1) * 0.5 ** n;
    if (wider > 0.05 || k + 1 >= n / 2) break;
    outside = wider;
    k++;
  }
  const middle = (sorted[Math.floor((n - 1) / 2)] + sorted[Math.ceil((n - 1) / 2)]) / 2;
  return { median: middle, low: sorted[k], high: sorted[n - 1 - k], confidence: 1 - outside };
}
