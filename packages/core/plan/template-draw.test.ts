/** Judged at fixed seeds: a test that holds today holds tomorrow. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { correlation, critical, distance } from "../simulation/goodness-of-fit.ts";
import { drawUuidWord, drawWhole, UUID_WORDS } from "./template-draw.ts";

const N = 50_000;
/** Standard deviations of a binomial of N that no count here exceeds. */
const SIGMAS = 5;

function wholes(seed: number, occurrence: number, min: number, max: number): Float64Array {
  const size = max - min + 1;
  return Float64Array.from({ length: N }, (_, i) => drawWhole(seed, occurrence, i, min, size));
}

describe("randInt", () => {
  test("is a whole number within its bounds, whatever i is", () => {
    const bound = fc.maxSafeInteger();
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(999), fc.maxSafeNat(), bound, bound, (...drawn) => {
        const [seed, occurrence, i, a, b] = drawn;
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(max - min < 2 ** 53);
        const value = drawWhole(seed, occurrence, i, min, max - min + 1);
        expect(Number.isSafeInteger(value) && value >= min && value <= max).toBe(true);
        expect(drawWhole(seed, occurrence, i, min, max - min + 1)).toBe(value);
      }),
    );
  });

  test.each([
    [1, 100],
    [-3, 3],
    [0, 1],
    [7, 7],
  ])("from %d to %d takes each value as often", (min, max) => {
    const counts = new Map<number, number>();
    for (const value of wholes(1, 0, min, max)) counts.set(value, (counts.get(value) ?? 0) + 1);
    const size = max - min + 1;
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: size }, (_, at) => min + at),
    );
    const deviation = Math.sqrt((N / size) * (1 - 1 / size));
    for (const count of counts.values()) {
      expect(Math.abs(count - N / size)).toBeLessThanOrEqual(SIGMAS * deviation);
    }
  });

  test("of all sizes is even", () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(distance(wholes(3, 2, 0, most), (value) => value / most)).toBeLessThan(critical(N));
  });

  test("differs from place to place and from seed to seed", () => {
    const first = wholes(1, 0, 0, 1e6);
    for (const other of [wholes(1, 1, 0, 1e6), wholes(2, 0, 0, 1e6)]) {
      expect(Math.abs(correlation(first, other))).toBeLessThan(4 / Math.sqrt(N));
    }
  });
});

function uuid(seed: number, occurrence: number, i: number): number[] {
  return Array.from({ length: UUID_WORDS }, (_, at) => drawUuidWord(seed, occurrence, i, at) >>> 0);
}

describe("uuid", () => {
  test("is of version 4, and the same for the same exchange", () => {
    for (let i = 0; i < 1000; i++) {
      const words = uuid(1, 0, i);
      expect((words[1] >>> 12) & 15).toBe(4);
      expect(words[2] >>> 30).toBe(2);
      expect(uuid(1, 0, i)).toEqual(words);
    }
  });

  test("is another one for each exchange, place and seed, even by two of its words", () => {
    for (const pair of [
      [0, 1],
      [2, 3],
    ]) {
      const seen = new Set<string>();
      for (const [seed, occurrence] of [
        [1, 0],
        [1, 1],
        [2, 0],
      ]) {
        for (let i = 0; i < N; i++) {
          const words = uuid(seed, occurrence, i);
          seen.add(pair.map((at) => words[at]).join());
        }
      }
      expect(seen.size).toBe(3 * N);
    }
  });

  test("has each of its 122 bits set half of the time", () => {
    const set = new Float64Array(32 * UUID_WORDS);
    for (let i = 0; i < N; i++) {
      for (const [at, word] of uuid(9, 4, i).entries()) {
        for (let bit = 0; bit < 32; bit++) set[32 * at + bit] += (word >>> bit) & 1;
      }
    }
    const fixed = set.filter((count) => count === 0 || count === N);
    const drawn = set.filter((count) => count > 0 && count < N);
    expect([fixed.length, drawn.length]).toEqual([6, 122]);
    const most = Math.max(...drawn.map((count) => Math.abs(count - N / 2)));
    expect(most).toBeLessThan(SIGMAS * Math.sqrt(N / 4));
  });
});
