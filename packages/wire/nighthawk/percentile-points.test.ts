/** The points of HdrHistogram's percentile iterator, five to each halving. */
import { describe, expect, test } from "bun:test";
import { EMPTY_HISTOGRAM, Histogram } from "@nightjar/core/record/histogram.ts";
import fc from "fast-check";
import { percentilePoints } from "./percentile-points.ts";

function pointsOf(values: readonly number[]): [percentile: number, value: number, count: number][] {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return percentilePoints(histogram.sparse()).map(({ percentile, value, count }) => [
    Math.round(percentile * 1e9) / 1e9,
    value,
    count,
  ]);
}

describe("points", () => {
  test("of nothing: one", () => {
    expect(percentilePoints(EMPTY_HISTOGRAM)).toEqual([{ percentile: 1, value: 0, count: 0 }]);
  });

  test("of one value: the first and the last", () => {
    expect(pointsOf([7])).toEqual([
      [0, 7, 1],
      [1, 7, 1],
    ]);
  });

  // Five steps of 0.1 to a half, five of 0.05 to three quarters, and so on; by hand.
  test("of 1 to 10", () => {
    const counts = [1, 1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 9, 10, 10];
    const steps = [
      ...[0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75],
      ...[0.775, 0.8, 0.825, 0.85, 0.875, 0.8875, 0.9, 1],
    ];
    const expected = steps.map((percentile) => {
      const rank = Math.max(1, Math.ceil(percentile * 10 - 1e-9));
      return [percentile, rank, rank];
    });
    const found = pointsOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(counts).toHaveLength(steps.length);
    expect(found.slice(0, 18)).toEqual(expected.slice(0, 18) as typeof found);
    expect(found.at(-1)).toEqual([1, 10, 10]);
    expect(found.at(-2)).toEqual([0.9125, 10, 10]);
  });
});

test("they rise, and each is the first value that so many do not exceed", () => {
  const values = fc.array(fc.integer({ min: 0, max: 5e9 }), { minLength: 1, maxLength: 500 });
  fc.assert(
    fc.property(values, (all) => {
      const found = pointsOf(all);
      const max = Math.max(...all);
      expect(found[0][0]).toBe(0);
      expect(found.at(-1)).toEqual([1, max, all.length]);
      for (const [at, [percentile, value, count]] of found.entries()) {
        expect(count).toBe(all.filter((one) => one <= value).length);
        expect(count).toBeGreaterThanOrEqual(Math.floor(percentile * all.length - 1e-6));
        if (at > 0) expect([percentile, value] >= [found[at - 1][0], found[at - 1][1]]).toBe(true);
      }
    }),
  );
});
