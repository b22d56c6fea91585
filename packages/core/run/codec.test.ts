import { expect, test } from "bun:test";
import fc from "fast-check";
import { NightjarError } from "../errors.ts";
import {
  EMPTY_HISTOGRAM,
  HISTOGRAM_SLOTS,
  mergeHistograms,
  type SparseHistogram,
} from "../record/histogram.ts";
import { PackedHistogram } from "../record/packed-histogram.ts";
import { decodeFrame, encodeFrame, encodePacked, FrameReader } from "./codec.ts";

const leaf = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt(),
  fc.uint8Array(),
  fc.uint16Array(),
  fc.float64Array({ noNaN: true }),
);
const key = fc
  .oneof(fc.string(), fc.constantFrom("$x", "$n", "$f64"))
  .filter((k) => !/^\0|^__/.test(k));
const message = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("tree")),
    fc.dictionary(key, tie("tree"), { noNullPrototype: true }),
  ),
})).tree;

test("a frame brings back what went into it, typed arrays and big integers too", () => {
  fc.assert(
    fc.property(message, (sent) => {
      expect(decodeFrame(encodeFrame(sent))).toEqual(sent);
      expect(decodeFrame(encodePacked(sent))).toEqual(sent);
    }),
    { numRuns: 500 },
  );
});

test("a stream is cut into its frames, wherever it was cut before", () => {
  const cuts = fc.array(fc.nat(), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), cuts, (sent, raw) => {
      const stream = Buffer.concat(sent.map(encodeFrame));
      const at = [0, ...raw.map((cut) => cut % (stream.length + 1)), stream.length].sort(
        (a, b) => a - b,
      );
      const reader = new FrameReader();
      const met = at.slice(1).flatMap((to, index) => reader.push(stream.subarray(at[index], to)));
      expect(met).toEqual(sent);
    }),
  );
});

const count = fc.oneof(
  fc.constantFrom(1, 8, 9, 512, 513),
  fc.integer({ min: 1, max: 2 ** 53 - 1 }),
);
const whole = fc.oneof(fc.nat(2000), fc.maxSafeNat());
const sums = fc.bigInt({ min: 0n, max: 2n ** 105n - 1n });
const histogram: fc.Arbitrary<SparseHistogram> = fc
  .record({
    pairs: fc.uniqueArray(fc.tuple(fc.nat(HISTOGRAM_SLOTS - 1), count), { selector: ([at]) => at }),
    ...{ count, min: whole, max: whole, sum: sums, sumSquares: sums },
  })
  .map(({ pairs, ...moments }) => {
    const sorted = pairs.toSorted(([a], [b]) => a - b);
    const slots = Uint16Array.from(sorted, ([slot]) => slot);
    return { slots, counts: Float64Array.from(sorted, ([, n]) => n), ...moments };
  });

test("a packed frame brings back histograms to the last count, and so does one made of it", () => {
  const some = fc.array(fc.oneof(histogram, fc.constant(EMPTY_HISTOGRAM)), { maxLength: 4 });
  fc.assert(
    fc.property(some, (histograms) => {
      const sent = { histograms, beside: Float64Array.of(1, 2), sum: 3n };
      const met = decodeFrame(encodePacked(sent)) as typeof sent;
      for (const [at, one] of met.histograms.entries()) {
        const { slots, counts, count, min, max, sum, sumSquares } = one;
        expect({ slots, counts, count, min, max, sum, sumSquares }).toEqual(histograms[at]);
      }
      expect({ ...met, histograms: [] }).toEqual({ ...sent, histograms: [] });
      expect(decodeFrame(encodeFrame(met))).toEqual(sent);
      expect(encodePacked(met)).toEqual(encodePacked(sent));
    }),
    { numRuns: 300 },
  );
});

const one = { ...EMPTY_HISTOGRAM, slots: Uint16Array.of(7), counts: Float64Array.of(2), count: 2 };

test.each([
  ["a count of 2^53", { ...one, counts: Float64Array.of(2 ** 53) }],
  ["a slot without samples", { ...one, counts: Float64Array.of(0) }],
  ["a fraction", { ...one, min: 0.5 }],
  ["a sum below 0", { ...one, sum: -1n }],
  ["a sum of 2^105", { ...one, sumSquares: 2n ** 105n }],
  ["slots in disorder", { ...one, slots: Uint16Array.of(7, 3), counts: Float64Array.of(1, 1) }],
  ["slots beyond the last", { ...one, slots: Uint16Array.of(HISTOGRAM_SLOTS) }],
  ["a count that is missing", { ...one, counts: new Float64Array(0) }],
  ["more than a histogram has", { ...one, more: true }],
])("what has %s is sent as it is", (_, sent) => {
  expect(decodeFrame(encodePacked({ sent }))).toEqual({ sent });
});

test("what is packed takes few bytes", () => {
  const slots = Uint16Array.from({ length: 1000 }, (_, at) => 9000 + 2 * at);
  const counts = new Float64Array(1000).fill(3);
  const sent = { ...one, slots, counts, count: 3000 };
  expect(encodeFrame(sent).length).toBeGreaterThan(10_000);
  expect(encodePacked(sent).length).toBeLessThan(1100);
});

test("of malformed packed frames none does more harm than to be refused as protocol", () => {
  const sent = { all: [one, { ...one, slots: Uint16Array.of(30_000) }, EMPTY_HISTOGRAM] };
  const good = encodePacked(sent);
  const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1 });
  fc.assert(
    fc.property(edits, (changed) => {
      const bytes = good.slice();
      for (const [at, byte] of changed) bytes[at] = byte;
      const met = protocolOr(() => decodeFrame(bytes)) as Partial<typeof sent> | undefined;
      const packed = Object.values(met?.all ?? []).filter((h) => h instanceof PackedHistogram);
      const { slots } = mergeHistograms(packed);
      expect(slots.every((slot) => slot < HISTOGRAM_SLOTS)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test.each([9 * 2 ** 26, 9, -1, 0.5, 2 ** 60, null, "0", [[0, 9]]])(
  "a histogram at %j is refused as protocol",
  (span) => {
    const bytes = encodeFrame({ "\0h": span });
    expect(() => decodeFrame(bytes)).toThrow("a frame is malformed");
  },
);

/** `undefined` where it is refused. */
function protocolOr(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    expect(error.code).toBe("protocol");
    return undefined;
  }
}

test("malformed frames are refused as protocol", () => {
  const good = encodeFrame({ a: Float64Array.of(1, 2, 3), n: 5n });
  const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(edits, fc.nat(good.length), (changed, length) => {
      const bytes = good.slice(0, length);
      for (const [at, byte] of changed) if (at < length) bytes[at] = byte;
      protocolOr(() => decodeFrame(bytes));
    }),
    { numRuns: 1000 },
  );
});
