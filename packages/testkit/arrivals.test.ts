import { expect, test } from "bun:test";
import fc from "fast-check";
import { arrivalsInAnySecond } from "./arrivals.ts";

const MS = 1e6;
const at = (timesMs: readonly number[]) => timesMs.map((ms) => ({ arrivalNs: ms * MS }));
const every = (gapMs: number, count: number) => Array.from({ length: count }, (_, n) => n * gapMs);

test("of even arrivals every second has as many", () => {
  expect(arrivalsInAnySecond(at(every(5, 900)))).toEqual({ fewest: 200, most: 200 });
});

test("a pause and what is made up for after it lie in no second of the clock alone", () => {
  // 1450 to 1550 ms come together at 1550 ms.
  const late = every(5, 900).map((ms) => (ms > 1450 && ms < 1550 ? 1550 : ms));
  expect(arrivalsInAnySecond(at(late))).toEqual({ fewest: 181, most: 219 });
});

test("a pause that straddles two seconds of the clock is found where it is", () => {
  const gone = every(5, 900).filter((ms) => ms <= 1900 || ms >= 2100);
  expect(arrivalsInAnySecond(at(gone)).fewest).toBe(161);
});

test("the same as by looking at every millisecond", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1500), { minLength: 2, maxLength: 60 }), (offsets) => {
      const times = [0, ...offsets, 2000];
      const counts = Array.from({ length: 1001 }, (_, startMs) => [
        times.filter((ms) => ms >= startMs && ms < startMs + 1000).length,
        times.filter((ms) => ms > startMs && ms <= startMs + 1000).length,
      ]).flat();
      expect(arrivalsInAnySecond(at(times))).toEqual({
        fewest: Math.min(...counts),
        most: Math.max(...counts),
      });
    }),
    { numRuns: 50 },
  );
});

test("too few to have a second", () => {
  expect(() => arrivalsInAnySecond(at([0, 999]))).toThrow("within a second");
  expect(() => arrivalsInAnySecond([])).toThrow("within a second");
});
