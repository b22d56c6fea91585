import { expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { NightjarError } from "../errors.ts";
import { decodeV2, decodeV2Compressed, encodeV2, encodeV2Compressed } from "./hdr-codec.ts";
import { HIGHEST_NS, Histogram, highestOf, lowestOf, type SparseHistogram } from "./histogram.ts";

const deflate = (bytes: Uint8Array): Uint8Array => deflateSync(bytes);
const inflate = (bytes: Uint8Array): Uint8Array => inflateSync(bytes);

const value = fc
  .tuple(
    fc.integer({ min: 0, max: 41 }),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  )
  .map(([power, part]) => Math.min(Math.floor(2 ** power * (1 + part)), HIGHEST_NS));
/** [value, how often] */
const counted = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 1e9 })), { maxLength: 40 });

function sparseOf(pairs: readonly (readonly [number, number])[]): SparseHistogram {
  const histogram = new Histogram();
  for (const [v, n] of pairs) {
    const one = new Histogram();
    one.record(v);
    const sparse = one.sparse();
    histogram.add({
      ...sparse,
      counts: Float64Array.of(n),
      count: n,
      sum: sparse.sum * BigInt(n),
      sumSquares: sparse.sumSquares * BigInt(n),
    });
  }
  return histogram.sparse();
}

function hdr() {
  return build({
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
    useWebAssembly: false,
  });
}

test("what we write, hdr-histogram-js reads", () => {
  fc.assert(
    fc.property(counted, (pairs) => {
      const h = sparseOf(pairs);
      const base64 = Buffer.from(encodeV2Compressed(h, deflate)).toString("base64");
      const read = decodeFromCompressedBase64(base64, 64);
      expect(read.totalCount).toBe(h.count);
      for (const [at, slot] of h.slots.entries()) {
        const there = read as unknown as { getCountAtIndex(index: number): number };
        expect(there.getCountAtIndex(slot)).toBe(h.counts[at]);
      }
      for (const percent of [50, 99, 100]) {
        const ours = decodeV2Compressed(Buffer.from(base64, "base64"), inflate);
        if (ours.count > 0 && percent === 100)
          expect(ours.max).toBe(read.getValueAtPercentile(100));
      }
    }),
    { numRuns: 60 },
  );
});

test("what hdr-histogram-js writes, we read", () => {
  fc.assert(
    fc.property(counted, (pairs) => {
      const theirs = hdr();
      for (const [v, n] of pairs) theirs.recordValueWithCount(v, n);
      const bytes = Buffer.from(encodeIntoCompressedBase64(theirs), "base64");
      const { slots, counts, count } = decodeV2Compressed(bytes, inflate);
      const h = sparseOf(pairs);
      expect({ slots, counts, count }).toEqual({
        slots: h.slots,
        counts: h.counts,
        count: h.count,
      });
    }),
    { numRuns: 60 },
  );
});

test("a round trip keeps the slots; minimum and maximum become the ends of theirs", () => {
  fc.assert(
    fc.property(counted, (pairs) => {
      const h = sparseOf(pairs);
      const back = decodeV2(encodeV2(h));
      expect([back.slots, back.counts, back.count]).toEqual([h.slots, h.counts, h.count]);
      if (h.count === 0) return;
      expect(back.min).toBe(lowestOf(h.slots[0]));
      expect(back.max).toBe(highestOf(h.slots.at(-1)!));
    }),
  );
});

test("counts up to 2^52 survive", () => {
  for (const n of [1, 127, 128, 2 ** 31, 2 ** 32, 2 ** 48 - 1, 2 ** 52]) {
    expect(decodeV2(encodeV2(sparseOf([[1000, n]]))).count).toBe(n);
  }
});

/** Reads, or refuses as `protocol`; anything else is a fault. */
function reads(read: () => SparseHistogram): void {
  try {
    expect(read().count).toBeGreaterThanOrEqual(0);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    expect(error.code).toBe("protocol");
  }
}

test("malformed bytes are refused, and nothing worse", () => {
  const good = encodeV2(
    sparseOf([
      [1, 1],
      [1e6, 3],
      [1e9, 1e6],
    ]),
  );
  const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 });
  fc.assert(
    fc.property(
      edits,
      fc.nat(good.length),
      fc.uint8Array({ maxLength: 60 }),
      (changed, length, tail) => {
        const bytes = good.slice();
        for (const [at, byte] of changed) bytes[at] = byte;
        const cut = new Uint8Array([...bytes.subarray(0, length), ...tail]);
        reads(() => decodeV2(cut));
        reads(() => decodeV2Compressed(cut, inflate));
        const wrapped = new Uint8Array([0x1c, 0x84, 0x93, 0x14, 0, 0, 0, cut.length, ...cut]);
        reads(() => decodeV2Compressed(wrapped, inflate));
        const whole = deflate(cut);
        const packed = [
          0x1c,
          0x84,
          0x93,
          0x14,
          0,
          0,
          whole.length >> 8,
          whole.length & 255,
          ...whole,
        ];
        reads(() => decodeV2Compressed(new Uint8Array(packed), inflate));
      },
    ),
    { numRuns: 2000 },
  );
});

test("another unit or precision is refused by name", () => {
  const change = (edit: (view: DataView) => void) => {
    const bytes = encodeV2(sparseOf([[5, 5]]));
    edit(new DataView(bytes.buffer));
    return () => decodeV2(bytes);
  };
  expect(change((view) => view.setUint32(12, 2))).toThrow("2 digits");
  expect(change((view) => view.setBigInt64(16, 1000n))).toThrow("from 1000");
  expect(change((view) => view.setUint32(0, 0x1c849301))).toThrow("cookie 0x1c849301");
  expect(change((view) => view.setUint32(4, 999))).toThrow("cut short");
});
