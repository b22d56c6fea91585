import { expect, test } from "bun:test";
import fc from "fast-check";
import { build, type Histogram as HdrHistogram } from "hdr-histogram-js";
import {
  HIGHEST_NS,
  HISTOGRAM_SLOTS,
  Histogram,
  highestOf,
  lowestOf,
  mergeHistograms,
  moments,
  slotOf,
  valueAtRank,
} from "./histogram.ts";

/** Of any size: as many of each power of two. */
const value = fc
  .tuple(
    fc.integer({ min: 0, max: 41 }),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  )
  .map(([power, part]) => Math.min(Math.floor(2 ** power * (1 + part)), HIGHEST_NS));
const values = fc.array(value, { maxLength: 60 });

function hdr(): HdrHistogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
    useWebAssembly: false,
  });
}

function histogramOf(recorded: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const one of recorded) histogram.record(one);
  return histogram;
}

const layout = hdr() as unknown as {
  lowestEquivalentValue(v: number): number;
  highestEquivalentValue(v: number): number;
  countsArrayIndex(v: number): number;
  countsArrayLength: number;
};

test("the slots are HdrHistogram's", () => {
  expect(layout.countsArrayLength).toBe(HISTOGRAM_SLOTS);
  fc.assert(
    fc.property(value, (v) => {
      const slot = slotOf(v);
      expect(slot).toBe(layout.countsArrayIndex(v));
      expect(lowestOf(slot)).toBe(layout.lowestEquivalentValue(v));
      expect(highestOf(slot)).toBe(layout.highestEquivalentValue(v));
    }),
    { numRuns: 5000 },
  );
});

test("slots lie end to end, each within 0.1 %", () => {
  for (let slot = 0; slot < HISTOGRAM_SLOTS; slot++) {
    expect(slotOf(lowestOf(slot))).toBe(slot);
    expect(slotOf(Math.min(highestOf(slot), HIGHEST_NS))).toBeLessThanOrEqual(slot);
    expect(lowestOf(slot + 1)).toBe(highestOf(slot) + 1);
    expect(highestOf(slot) - lowestOf(slot)).toBeLessThanOrEqual(lowestOf(slot) / 1000);
  }
});

test("count, minimum, maximum, sum and sum of squares are exact", () => {
  fc.assert(
    fc.property(values, (recorded) => {
      const { count, min, max, sum, sumSquares } = histogramOf(recorded).sparse();
      expect(count).toBe(recorded.length);
      expect(min).toBe(recorded.length === 0 ? 0 : Math.min(...recorded));
      expect(max).toBe(recorded.length === 0 ? 0 : Math.max(...recorded));
      expect(sum).toBe(recorded.reduce((total, v) => total + BigInt(v), 0n));
      expect(sumSquares).toBe(recorded.reduce((total, v) => total + BigInt(v) ** 2n, 0n));
    }),
  );
});

test("the sums stay exact over millions of values; what is out of range is brought into it", () => {
  const histogram = new Histogram();
  const sizes = [
    HIGHEST_NS,
    HIGHEST_NS - 1,
    2 ** 26,
    2 ** 26 - 1,
    2 ** 31,
    2 ** 31 - 1,
    1,
    0,
    123_456_789,
  ];
  const each = 400_000;
  for (let round = 0; round < each; round++) for (const size of sizes) histogram.record(size);
  for (const size of sizes) {
    const slot = slotOf(size);
    const sharing = sizes.filter((other) => slotOf(other) === slot).length;
    expect(histogram.counts[slot]).toBe(each * sharing);
  }
  const total = (power: bigint) =>
    sizes.reduce((sum, v) => sum + BigInt(v) ** power, 0n) * BigInt(each);
  expect(histogram.sum).toBe(total(1n));
  expect(histogram.sumSquares).toBe(total(2n));

  const clamped = histogramOf([-5, HIGHEST_NS + 1]);
  expect([clamped.min, clamped.max, clamped.sum]).toEqual([0, HIGHEST_NS, BigInt(HIGHEST_NS)]);
});

test("merging in any order, by either way, is the histogram of the pooled samples", () => {
  fc.assert(
    fc.property(fc.array(values, { maxLength: 6 }), fc.nat(), (parts, turn) => {
      const pooled = histogramOf(parts.flat()).sparse();
      const sparse = parts.map((part) => histogramOf(part).sparse());
      const turned = sparse.map((_, at) => sparse[(at + turn) % sparse.length]);
      expect(mergeHistograms(turned)).toEqual(pooled);
      expect(mergeHistograms(turned.toReversed())).toEqual(pooled);
      const total = new Histogram();
      for (const part of turned) total.add(part);
      expect(total.sparse()).toEqual(pooled);
    }),
  );
});

test("a reset histogram is a new one", () => {
  fc.assert(
    fc.property(values, values, (before, after) => {
      const histogram = histogramOf(before);
      histogram.reset();
      expect(histogram.counts.every((n) => n === 0)).toBe(true);
      for (const v of after) histogram.record(v);
      expect(histogram.sparse()).toEqual(histogramOf(after).sparse());
    }),
    { numRuns: 50 },
  );
});

test("percentiles are HdrHistogram's, but never above the exact maximum", () => {
  const percent = fc.double({ min: 0.001, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), percent, (recorded, p) => {
      const oracle = hdr();
      for (const v of recorded) oracle.recordValue(v);
      const h = histogramOf(recorded).sparse();
      const rank = Math.max(1, Math.ceil((p / 100) * h.count - 1e-9));
      expect(valueAtRank(h, rank)).toBe(Math.min(oracle.getValueAtPercentile(p), h.max));
    }),
    { numRuns: 100 },
  );
});

test("moments are those of the samples, also of large values that lie close together", () => {
  expect(moments(new Histogram().sparse())).toBeNull();
  const near = moments(histogramOf([1e12, 1e12 + 2, 1e12 + 4]).sparse())!;
  expect(near.mean).toBe(1e12 + 2);
  expect(near.stddev).toBeCloseTo(Math.sqrt(8 / 3), 9);
});
