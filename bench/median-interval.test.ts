import { expect, test } from "bun:test";
import { medianInterval } from "./median-interval.ts";

test("seven values: the whole range, 98.4 %", () => {
  const interval = medianInterval([3, 1, 2, 7, 5, 6, 4]);
  expect(interval).toMatchObject({ median: 4, low: 1, high: 7 });
  expect(interval.confidence).toBeCloseTo(0.984375, 6);
});

test("fifteen values: from the fourth to the twelfth, 96.5 %", () => {
  const interval = medianInterval(Array.from({ length: 15 }, (_, i) => i + 1));
  expect(interval).toMatchObject({ median: 8, low: 4, high: 12 });
  expect(interval.confidence).toBeCloseTo(0.9648, 4);
});
