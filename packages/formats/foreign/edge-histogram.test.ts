import { expect, test } from "bun:test";
import { highestOf, slotOf, valueAtRank } from "@nightjar/core/record/histogram.ts";
import fc from "fast-check";
import { type EdgeCount, edgeHistogram } from "./edge-histogram.ts";

const NOTHING = { minNs: null, meanNs: null, stddevNs: null, maxNs: null };

const values = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 200 });
const cuts = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { maxLength: 12 });

/** As another tool would have put them into buckets between those edges. */
function bucketsOf(sorted: readonly number[], edges: readonly number[]): EdgeCount[] {
  const ends = [...new Set([...edges, sorted[sorted.length - 1]])].sort((a, b) => a - b);
  return ends.map((upToNs, at) => {
    const below = at === 0 ? 0 : ends[at - 1];
    const inside = sorted.filter((value) => value > below && value <= upToNs);
    const fromNs = Math.max(below, sorted[0]);
    return { fromNs, upToNs, count: inside.length };
  });
}

test("no percentile is too low, and none higher than the stated error allows", () => {
  fc.assert(
    fc.property(values, cuts, (recorded, edges) => {
      const sorted = [...recorded].sort((a, b) => a - b);
      const [minNs, maxNs] = [sorted[0], sorted[sorted.length - 1]];
      const buckets = bucketsOf(sorted, edges);
      const { histogram, fidelity } = edgeHistogram(buckets, { ...NOTHING, minNs, maxNs });
      expect(histogram.count).toBe(sorted.length);
      for (const [at, value] of sorted.entries()) {
        const said = valueAtRank(histogram, at + 1);
        expect(said).toBeGreaterThanOrEqual(value);
        expect(said).toBeLessThanOrEqual(value * (1 + fidelity.relativeError!));
      }
    }),
  );
});

test("what is stated beside the buckets stands: least, most, mean and deviation", () => {
  const buckets = [{ fromNs: 900, upToNs: 5000, count: 4 }];
  const moments = { minNs: 1000, meanNs: 2500, stddevNs: 500, maxNs: 4000 };
  const { histogram, fidelity } = edgeHistogram(buckets, moments);
  expect(histogram).toMatchObject({ count: 4, min: 1000, max: 4000, sum: 10_000n });
  expect(histogram.sumSquares).toBe(4n * (2500n ** 2n + 500n ** 2n));
  expect(fidelity).toEqual({ kind: "buckets", relativeError: 3.4445 });
  expect(highestOf(slotOf(5000))).toBeGreaterThan(4000);
});

test("from 0 on nobody knows the error; without a count there is none", () => {
  const from0 = edgeHistogram([{ fromNs: 0, upToNs: 5, count: 1 }], NOTHING);
  expect(from0.fidelity.relativeError).toBeNull();
  const { histogram, fidelity } = edgeHistogram([{ fromNs: 1, upToNs: 5, count: 0 }], NOTHING);
  expect([histogram.count, fidelity.relativeError]).toEqual([0, 0]);
  const zeros = edgeHistogram([{ fromNs: 0, upToNs: 0, count: 2 }], NOTHING);
  expect(zeros.fidelity.relativeError).toBe(0);
});

test.each([
  ["an hour and more", { fromNs: 1, upToNs: 3.7e12, count: 1 }],
  ["less than nothing", { fromNs: -9, upToNs: -5, count: 1 }],
])("%s cannot be held", (_, bucket) => {
  expect(() => edgeHistogram([bucket], NOTHING)).toThrow("latencies from 0 to an hour can be held");
});
