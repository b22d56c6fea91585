import { expect, test } from "bun:test";
import {
  countText,
  countTick,
  latencyText,
  latencyTick,
  percentileText,
  timeTick,
} from "./spell.ts";

test.each([
  [0, 2, "0"],
  [0.5, 2, "0.5 ms"],
  [0.2, 0.8, "200 µs"],
  [0.0005, 0.0008, "500 ns"],
  [500, 2000, "0.5 s"],
  [1000, 1000, "1 s"],
  [120_000, 200_000, "120 s"],
  [0.30000000000000004, 1, "0.3 ms"],
])("tick of %d ms on an axis to %d", (ms, top, label) => {
  expect(latencyTick(ms, top)).toBe(label);
});

test.each([
  [0, "0 ms"],
  [0.00132, "1.32 µs"],
  [0.000812, "812 ns"],
  [0.99999, "1 ms"],
  [12.345, "12.3 ms"],
  [999.9, "1 s"],
  [240_000, "240 s"],
  [1_234_567, "1,230 s"],
])("%d ms", (ms, text) => {
  expect(latencyText(ms)).toBe(text);
});

test.each([
  [2000, 4000, "2,000"],
  [20_000, 40_000, "20k"],
  [5000, 15_000, "5k"],
  [1_500_000, 3_000_000, "1,500k"],
  [20_000_000, 50_000_000, "20M"],
  [0, 50_000_000, "0"],
  [0.2, 1, "0.2"],
])("tick of %d on an axis to %d", (n, top, label) => {
  expect(countTick(n, top)).toBe(label);
});

test("counts by themselves", () => {
  expect([1997.6, 12.345, 0.1254].map(countText)).toEqual(["1,998", "12.3", "0.125"]);
});

test.each([
  [0, 60, "0"],
  [30, 60, "30 s"],
  [240, 300, "240 s"],
  [600, 3600, "10 min"],
  [5400, 10_800, "1.5 h"],
  [172_800, 604_800, "2 d"],
])("tick of %d s on an axis of %d s", (s, span, label) => {
  expect(timeTick(s, span)).toBe(label);
});

test("percentiles by their nines", () => {
  const nines = [0, Math.log10(2), 1, 2, 3, 4, 1.5];
  const names = ["min", "p50", "p90", "p99", "p99.9", "p99.99", "p96.8"];
  expect(nines.map(percentileText)).toEqual(names);
});
