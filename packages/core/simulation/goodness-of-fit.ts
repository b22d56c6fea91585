/**
 * Kolmogorov–Smirnov: D·√n exceeds K with probability Q(K) = 2 Σ (−1)^(j−1) exp(−2 j² K²) (Smirnov
 * 1948; Knuth, The Art of Computer Programming 2, §3.3.1). For level α and large n the critical
 * value is √(−½ ln(α/2)) / √n: 1.95 / √n at α = 0.001.
 *
 * Judged at fixed seeds, so that a test that holds today holds tomorrow.
 */
const ALPHA = 0.001;

export function critical(n: number): number {
  return Math.sqrt(-Math.log(ALPHA / 2) / 2) / Math.sqrt(n);
}

/**
 * The greatest distance between the empirical distribution of `values` (sorted in place) and `cdf`.
 */
export function distance(values: Float64Array, cdf: (value: number) => number): number {
  values.sort();
  let most = 0;
  for (let rank = 0; rank < values.length; rank++) {
    const at = cdf(values[rank]);
    most = Math.max(most, at - rank / values.length, (rank + 1) / values.length - at);
  }
  return most;
}

export function correlation(a: Float64Array, b: Float64Array): number {
  let [sumA, sumB, sumAB, sumAA, sumBB] = [0, 0, 0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    sumA += a[at];
    sumB += b[at];
    sumAB += a[at] * b[at];
    sumAA += a[at] * a[at];
    sumBB += b[at] * b[at];
  }
  const n = a.length;
  return (n * sumAB - sumA * sumB) / Math.sqrt((n * sumAA - sumA ** 2) * (n * sumBB - sumB ** 2));
}
