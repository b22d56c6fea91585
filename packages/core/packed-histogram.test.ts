import { expect, test } from "bun:test";
import fc from "fast-check";
import { EMPTY_HISTOGRAM, Histogram } from "./histogram.ts";
import { PackedHistogram } from "./packed-histogram.ts";

test("what is unpacked is what was packed, to the last count", () => {
  const samples = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 3_600_000_000_000 }), fc.constantFrom(1, 2, 127, 128, 2e9)),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(samples, (pairs) => {
      const histogram = new Histogram();
      for (const [ns, times] of pairs) {
        histogram.record(ns);
        const again = histogram.sparse();
        if (times > 1) histogram.add({ ...again, counts: again.counts.map((n) => n * times) });
      }
      const whole = histogram.sparse();
      expect(new PackedHistogram(whole).unpack()).toEqual(whole);
    }),
  );
});

test("so is an empty one", () =>
  expect(new PackedHistogram(EMPTY_HISTOGRAM).unpack()).toEqual(EMPTY_HISTOGRAM));
