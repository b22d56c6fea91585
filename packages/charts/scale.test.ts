import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { around, drawable, fromZero, logScale, type Scale, scaleFor, timeScale } from "./scale.ts";

const MOST = 6;
const positive = fc.double({ min: 1e-6, max: 1e12, noNaN: true });

const major = ({ ticks }: Scale) =>
  ticks.filter(({ isMajor }) => isMajor).map(({ value }) => value);

/** Rises, holds its values, and its ticks are inside and not too many. */
function expectSound(scale: Scale, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const places = sorted.map((value) => scale.at(value));
  for (const place of places) {
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThanOrEqual(1);
  }
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(scale.low).toBeLessThan(scale.high);
  const ticks = major(scale);
  expect(ticks.length).toBeGreaterThan(0);
  expect(ticks.length).toBeLessThanOrEqual(MOST + 3);
  for (const { value } of scale.ticks) {
    expect(value).toBeGreaterThanOrEqual(scale.low * (1 - 1e-9));
    expect(value).toBeLessThanOrEqual(scale.high * (1 + 1e-9));
  }
  expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
}

describe("any values", () => {
  test("of a linear axis, a logarithmic one, and the one that fits", () => {
    fc.assert(
      fc.property(positive, positive, positive, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort((x, y) => x - y);
        for (const make of [scaleFor, logScale]) expectSound(make(low, high, MOST), [middle, high]);
        expectSound(fromZero(high, MOST), [0, low, middle, high]);
        expect(fromZero(high, MOST).high).toBeGreaterThanOrEqual(high * (1 - 1e-9));
        expect(logScale(low, high, MOST).high).toBeGreaterThanOrEqual(high * (1 - 1e-9));
      }),
    );
  });

  test("near each other", () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 0.001, max: 0.9, noNaN: true }), (low, part) => {
        expectSound(around(low, low * (1 + part), MOST), [low, low * (1 + part)]);
      }),
    );
  });

  test("of time, from the first second to years", () => {
    const begin = fc.integer({ min: 0, max: 1e6 });
    const length = fc.double({ min: 0.001, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(begin, length, (low, spanS) => {
        const scale = timeScale(low, low + spanS, MOST);
        const ticks = major(scale);
        expect(ticks.length).toBeLessThanOrEqual(MOST + 1);
        for (const tick of ticks) expect(scale.at(tick)).toBeWithin(0, 1.0001);
      }),
    );
  });

  test("that are no numbers of an axis", () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY, -3, 1e300].map(drawable)).toEqual([
      0, 1e15, 0, 1e15,
    ]);
  });
});

describe("examples", () => {
  test("from zero: round steps, the top at or above the value", () => {
    expect(major(fromZero(1998, 5))).toEqual([0, 500, 1000, 1500, 2000]);
    expect(major(fromZero(0.7, 5))).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
    expect(major(fromZero(3, 5))).toEqual([0, 1, 2, 3]);
    expect(major(fromZero(0, 5))).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  test("no error of binary fractions in a tick", () => {
    expect(major(fromZero(0.3, 3))).toEqual([0, 0.1, 0.2, 0.3]);
    expect(major(fromZero(0.0006, 6))).toEqual([0, 0.0001, 0.0002, 0.0003, 0.0004, 0.0005, 0.0006]);
  });

  test("near values stand on a line from zero, far ones on powers", () => {
    expect(scaleFor(2, 9, 5).isLog).toBeFalse();
    expect(scaleFor(0, 9, 5).isLog).toBeFalse();
    expect(scaleFor(1, 100, 6).at(10)).toBeCloseTo(0.5);
    expect(major(scaleFor(0.001, 1000, 8))).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000]);
  });

  test("one, two and five of each decade where there is room, lines at least", () => {
    expect(major(logScale(1, 50, 8))).toEqual([1, 2, 5, 10, 20, 50]);
    expect(major(logScale(1, 1000, 8))).toEqual([1, 10, 100, 1000]);
    const lines = logScale(1, 1000, 8).ticks.map(({ value }) => value);
    expect(lines).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
  });

  test("a single value has room on both sides", () => {
    const scale = logScale(12.4, 12.4, 6);
    expect([scale.low, scale.high]).toEqual([5, 50]);
  });

  test("what is ten million times smaller is at the bottom", () => {
    expect(logScale(1e-9, 1e6, 8).low).toBeCloseTo(0.1);
  });

  test.each([
    [0, 10, [0, 2, 4, 6, 8, 10]],
    [0, 60, [0, 10, 20, 30, 40, 50, 60]],
    [0, 90, [0, 15, 30, 45, 60, 75, 90]],
    [0, 600, [0, 120, 240, 360, 480, 600]],
    [0, 3600, [0, 600, 1200, 1800, 2400, 3000, 3600]],
    [0, 10_800, [0, 1800, 3600, 5400, 7200, 9000, 10_800]],
    [0, 86_400, [0, 21_600, 43_200, 64_800, 86_400]],
    [0, 604_800, [0, 172_800, 345_600, 518_400]],
    [0, 0.5, [0, 0.1, 0.2, 0.3, 0.4, 0.5]],
    [7, 13, [7, 8, 9, 10, 11, 12, 13]],
  ])("seconds %d to %d", (low, high, ticks) => {
    expect(major(timeScale(low, high, MOST))).toEqual(ticks);
  });
});
