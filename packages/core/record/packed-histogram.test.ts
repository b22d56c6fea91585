import { expect, test } from "bun:test";
import fc from "fast-check";
import { EMPTY_HISTOGRAM, HIGHEST_NS, Histogram } from "./histogram.ts";
import { PackedHistogram } from "./packed-histogram.ts";

test("what is unpacked is what was packed, to the last count", () => {
  const ns = fc.integer({ min: 0, max: HIGHEST_NS });
  const times = fc.oneof(
    fc.constantFrom(1, 127, 128, 2 ** 53 - 1),
    fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  );
  const samples = fc.array(fc.tuple(ns, times), { maxLength: 60 });
  fc.assert(
    fc.property(samples, (pairs) => {
      const histogram = new Histogram();
      for (const [value] of pairs) histogram.record(value);
      const once = histogram.sparse();
      const counts = once.counts.map((_, at) => pairs[at][1]);
      const whole = { ...once, counts };
      expect(PackedHistogram.of(whole).unpack()).toEqual(whole);
    }),
  );
});

test("so is an empty one", () =>
  expect(PackedHistogram.of(EMPTY_HISTOGRAM).unpack()).toEqual(EMPTY_HISTOGRAM));

test.each([Number.POSITIVE_INFINITY, Number.NaN, 0, 0.5, -1, 2 ** 53])(
  "no count is %d",
  (count) => {
    const one = { ...EMPTY_HISTOGRAM, slots: Uint16Array.of(7), counts: Float64Array.of(count) };
    expect(() => PackedHistogram.of(one)).toThrow("a whole number below 2^53");
  },
);
