import { expect, test } from "bun:test";
import fc from "fast-check";
import { floorMilliseconds, quantityMs } from "../result/result-quantity.ts";
import { Histogram, type SparseHistogram } from "./histogram.ts";
import { type Distribution, percentileOf, quantityAtRank, samplesNeeded } from "./percentile.ts";

const MS = 1e6;

function sparseOf(values: readonly number[]): SparseHistogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram.sparse();
}

function distributionOf(
  exact: readonly number[],
  censored: readonly number[] = [],
  failed: readonly number[] = [],
): Distribution {
  return { exact: sparseOf(exact), censored: sparseOf(censored), failed: sparseOf(failed) };
}

const repeat = (n: number, value: number): number[] => new Array(n).fill(value);
const ascending = (a: number, b: number) => a - b;

/** The answers that the censored might have given later, were all of them late by so much. */
function truths(exact: number[], censored: number[], failed: number[]): number[][] {
  const beyond = failed.map(() => Number.POSITIVE_INFINITY);
  return [0, 1, 5 * MS, 1e12].map((late) =>
    [...exact, ...censored.map((age) => age + late), ...beyond].sort(ascending),
  );
}

const latency = fc.integer({ min: 0, max: 50 * MS });
const latencies = fc.array(latency, { maxLength: 30 });

test("a number is within 1 % of the truth, and `atLeast` never above it", () => {
  fc.assert(
    fc.property(latencies, latencies, latencies, (exact, censored, failed) => {
      const n = exact.length + censored.length + failed.length;
      const distribution = distributionOf(exact, censored, failed);
      for (let rank = 1; rank <= n; rank++) {
        const found = quantityAtRank(distribution, rank);
        for (const truth of truths(exact, censored, failed)) {
          if ("atLeast" in found) expect(found.atLeast).toBeLessThanOrEqual(truth[rank - 1]);
          else {
            expect(found.value).toBeLessThanOrEqual(truth[rank - 1] * 1.001 + 1);
            expect(found.value).toBeGreaterThanOrEqual(truth[rank - 1] / 1.011 - 1);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("with everything known, every rank has a number; with nothing known at a rank, none", () => {
  fc.assert(
    fc.property(latencies, latencies, (exact, failed) => {
      const distribution = distributionOf(exact, [], failed);
      for (let rank = 1; rank <= exact.length + failed.length; rank++) {
        expect("value" in quantityAtRank(distribution, rank)).toBe(rank <= exact.length);
      }
    }),
  );
});

test("quantities grow with the rank", () => {
  fc.assert(
    fc.property(latencies, latencies, latencies, (exact, censored, failed) => {
      const distribution = distributionOf(exact, censored, failed);
      let before = 0;
      for (let rank = 1; rank <= exact.length + censored.length + failed.length; rank++) {
        const found = quantityAtRank(distribution, rank);
        const now = "value" in found ? found.value : found.atLeast;
        // Downwards to the start of a slot at most.
        expect(now).toBeGreaterThanOrEqual(before * 0.999 - 1);
        before = now;
      }
    }),
  );
});

test("a 95 % interval needs so many samples", () => {
  const needed = [99, 99.9, 99.99, 50, 1].map(samplesNeeded);
  expect(needed).toEqual([368, 3688, 36887, 6, 368]);
  const q = 0.999;
  expect(q ** 3688).toBeLessThanOrEqual(0.025);
  expect(q ** 3687).toBeGreaterThan(0.025);
  expect(percentileOf(distributionOf(repeat(367, 1)), 99)).toBeNull();
  expect(percentileOf(distributionOf(repeat(368, 1)), 99)).toEqual({ value: 1 });
});

test("2 % that fail after a second are what p99 tells of", () => {
  const distribution = distributionOf(repeat(980, MS), [], repeat(20, 1000 * MS));
  expect(quantityMs(percentileOf(distribution, 99))).toEqual({ atLeast: 1000 });
  expect(quantityMs(percentileOf(distribution, 95))).toBe(1);
});

test("resets are longer than every answer, however soon they came", () => {
  const answers = Array.from({ length: 980 }, (_, at) => (1 + (29 * at) / 979) * MS).map(
    Math.round,
  );
  const distribution = distributionOf(answers, [], repeat(20, MS));
  expect(quantityMs(percentileOf(distribution, 99))).toEqual({ atLeast: 30 });
});

test("one cut off at 20 ms never makes a percentile print above answers of 30", () => {
  const answers = Array.from({ length: 5000 }, (_, at) => Math.round((at * 30 * MS) / 4999));
  const distribution = distributionOf(answers, [20 * MS]);
  for (const percent of [1, 50, 66, 67, 90, 95, 99, 99.9]) {
    const printed = quantityMs(percentileOf(distribution, percent));
    expect(typeof printed).toBe("number");
    expect(printed as number).toBeLessThanOrEqual(30);
  }
  expect(quantityMs(quantityAtRank(distribution, 5001))).toEqual({ atLeast: 30 });
});

test("`atLeast` is rounded downwards, to three digits", () => {
  expect(floorMilliseconds(0)).toBe(0);
  expect(floorMilliseconds(1e9)).toBe(1000);
  expect(floorMilliseconds(1_239_999_999)).toBe(1230);
  expect(floorMilliseconds(1)).toBe(0.000001);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3.6e12 }), (ns) => {
      const ms = floorMilliseconds(ns);
      expect(ms * MS).toBeLessThanOrEqual(ns * (1 + 1e-12));
      expect(ms * MS).toBeGreaterThan(ns * 0.989);
    }),
  );
});
