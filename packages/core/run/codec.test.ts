import { expect, test } from "bun:test";
import fc from "fast-check";
import { NightjarError } from "../errors.ts";
import { decodeFrame, encodeFrame, FrameReader } from "./codec.ts";

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
      try {
        decodeFrame(bytes);
      } catch (error) {
        if (!(error instanceof NightjarError)) throw error;
        expect(error.code).toBe("protocol");
      }
    }),
    { numRuns: 1000 },
  );
});
