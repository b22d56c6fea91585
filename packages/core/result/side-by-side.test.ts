/** Several runs side by side: their order, and the verdict of all. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { shuffled } from "./side-by-side.ts";

const THREE = ["nightjar", "fortio", "vegeta"] as const;

test("all have their turn, in the same order for the same seed", () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.nat(), (list, seed) => {
      const order = shuffled(list, { seed });
      expect(order).toEqual(shuffled(list, { seed }));
      expect([...order].sort((a, b) => a - b)).toEqual([...list].sort((a, b) => a - b));
    }),
  );
});

test("each of the six orders comes as often as the others", () => {
  const counts: Record<string, number> = {};
  for (let seed = 1; seed <= 6000; seed++) {
    const order = shuffled(THREE, { seed }).join();
    counts[order] = (counts[order] ?? 0) + 1;
  }
  expect(Object.keys(counts)).toHaveLength(6);
  // Of 1,000 each the deviation is 29.
  for (const count of Object.values(counts)) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
