import { expect, test } from "bun:test";
import fc from "fast-check";
import { Sequence } from "./sequence.ts";

test("all that began before what is known, is known; what is missing was begun", () => {
  const gaps = fc.array(fc.nat(50), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(gaps, fc.infiniteStream(fc.nat()), (steps, picks) => {
      let at = 0;
      const starts = steps.map((step) => (at += step));
      const sequence = new Sequence(starts.length, () => 0);
      const left = starts.map((_, number) => number);
      while (left.length > 0) {
        const [number] = left.splice((picks.next().value as number) % left.length, 1);
        sequence.add(number, starts[number]);
        const known = sequence.knownNs();
        for (const one of left) expect(starts[one]).toBeGreaterThanOrEqual(Math.min(known, at));
        const highest = Math.max(...starts.keys().filter((one) => !left.includes(one)));
        expect(sequence.missing).toBe(left.filter((one) => one < highest).length);
      }
      expect(sequence.knownNs()).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

test("before it is due none begins", () => {
  const sequence = new Sequence(10, (number) => number * 100);
  sequence.add(0, 3);
  expect(sequence.knownNs()).toBe(100);
});
