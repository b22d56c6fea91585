import { expect, test } from "bun:test";
import fc from "fast-check";
import { Series } from "./series.ts";
import { emptyTally, zeroCounts } from "./tally.ts";

function second(interval: number, due: number) {
  const tally = { ...emptyTally(), counts: { ...zeroCounts(), due } };
  return { interval, cells: [{ phase: "measured", stage: 0, target: 0, tally }] } as const;
}

test("each second has a row, and what is added to it later adds", () => {
  const series = new Series();
  for (const [interval, due] of [
    [2, 5],
    [0, 1],
    [2, 7],
  ])
    series.add(second(interval, due));
  expect(series.rows.map(({ interval, due }) => [interval, due])).toEqual([
    [0, 1],
    [2, 12],
  ]);
  expect([series.widthS, series.endS]).toEqual([1, 3]);
});

test("a long run has wider rows, never more than the limit, in any order the same", () => {
  const intervals = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(intervals, fc.integer({ min: 2, max: 9 }), (some, most) => {
      const rowsOf = (order: readonly number[]) => {
        const series = new Series("response", most);
        for (const interval of order) series.add(second(interval, interval + 1));
        return { rows: series.rows, widthS: series.widthS };
      };
      const { rows, widthS } = rowsOf(some);
      expect(rowsOf(some.toReversed())).toEqual({ rows, widthS });
      expect(rows.length).toBeLessThanOrEqual(most);
      const highest = Math.max(...some);
      expect(highest / widthS).toBeLessThan(most);
      expect(widthS === 1 || highest / (widthS / 2) >= most).toBe(true);
      const total = some.reduce((sum, interval) => sum + interval + 1, 0);
      expect(rows.reduce((sum, { due }) => sum + due, 0)).toBe(total);
      for (const { interval } of rows) expect(interval % widthS).toBe(0);
    }),
  );
});
