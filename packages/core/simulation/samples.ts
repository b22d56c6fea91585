/**
 * A few samples as a histogram, without an array of all slots: written apart from `Histogram`, to
 * be compared with it.
 */
import { EMPTY_HISTOGRAM, type SparseHistogram, slotOf } from "../record/histogram.ts";

export function sparseOf(samples: readonly number[]): SparseHistogram {
  if (samples.length === 0) return EMPTY_HISTOGRAM;
  const sorted = samples.toSorted((a, b) => a - b);
  const slots: number[] = [];
  const counts: number[] = [];
  for (const sample of sorted) {
    const slot = slotOf(sample);
    if (slots.at(-1) === slot) counts[counts.length - 1]++;
    else counts[slots.push(slot) - 1] = 1;
  }
  const big = sorted.map(BigInt);
  return {
    slots: Uint16Array.from(slots),
    counts: Float64Array.from(counts),
    count: sorted.length,
    min: sorted[0],
    max: sorted[sorted.length - 1],
    sum: big.reduce((sum, one) => sum + one, 0n),
    sumSquares: big.reduce((sum, one) => sum + one * one, 0n),
  };
}
