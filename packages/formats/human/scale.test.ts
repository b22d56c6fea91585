import { expect, test } from "bun:test";
import fc from "fast-check";
import { scaleFor } from "./scale.ts";

const values = fc.integer({ min: 1, max: 3_600_000_000_000 });

test("a scale rises from 0 to 1 and holds its own ticks and ends", () => {
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      const [low, middle, high] = [a, b, c].sort((x, y) => x - y);
      const scale = scaleFor(low, high);
      const [bottom, between, top] = [low, middle, high].map((value) => scale.at(value));
      expect(bottom).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThanOrEqual(1);
      expect(bottom).toBeLessThanOrEqual(between);
      expect(between).toBeLessThanOrEqual(top);
      expect(scale.ticks.length).toBeGreaterThan(1);
      for (const tick of scale.ticks) expect(Number.isFinite(scale.at(tick))).toBeTrue();
    }),
  );
});

test("near values stand on a line from zero, far ones on powers", () => {
  expect(scaleFor(2, 9).ticks).toContain(0);
  expect(scaleFor(2, 9).at(5)).toBe(0.5);
  expect(scaleFor(1, 100).at(10)).toBeCloseTo(0.5);
  expect(scaleFor(1, 1e6).ticks).toEqual([1, 10, 100, 1000, 10_000, 100_000, 1_000_000]);
});
