/** Messages in parts, as a stream gives them back. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { Assembler, partsOf } from "./parcel.ts";

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, at) => at % 251);
const MOST = 100;

function written(number: number, part: number, parts: number, length = 4): Uint8Array {
  const whole = new Uint8Array(16 + length);
  const view = new DataView(whole.buffer);
  for (const [at, value] of [number, part, parts].entries()) view.setUint32(at * 4, value, true);
  return whole;
}

test.each([0, 1, 84, 85, 168, 1000])("%d bytes in parts of at most 100", (length) => {
  const parts = partsOf(1, bytesOf(length), MOST);
  expect(parts.every((part) => part.length <= MOST)).toBe(true);
  expect(parts).toHaveLength(Math.max(1, Math.ceil(length / 84)));
  const assembler = new Assembler();
  const wholes = parts.map((part) => assembler.add(part));
  expect(wholes.slice(0, -1).every((whole) => whole === undefined)).toBe(true);
  expect(wholes.at(-1)).toEqual(bytesOf(length));
});

test("parts of several messages, mixed, in any order and twice, are those messages", () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(lengths, fc.infiniteStream(fc.nat()), (all, draws) => {
      const parts = all.flatMap((length, at) => partsOf(at + 1, bytesOf(length), MOST));
      const keyed = [...parts, ...parts].map((part) => ({ part, key: draws.next().value ?? 0 }));
      const shuffled = keyed.sort((a, b) => a.key - b.key);
      const assembler = new Assembler();
      const wholes = shuffled.flatMap(({ part }) => assembler.add(part) ?? []);
      const found = new Set(wholes.map(({ length }) => length));
      expect(found).toEqual(new Set(all));
    }),
    { numRuns: 200, seed: 1 },
  );
});

test.each([
  ["shorter than its header", new Uint8Array(15)],
  ["part 0 of 0", written(1, 0, 0)],
  ["part 3 of 3", written(1, 3, 3)],
  ["part 0 of 4097", written(1, 0, 4097)],
  ["part 0 of 4294967295", written(1, 0, 2 ** 32 - 1)],
])("refused: %s", (said, whole) => {
  expect(() => new Assembler().add(whole)).toThrow(said);
});

test("refused: a message in three parts, and in two", () => {
  const assembler = new Assembler();
  assembler.add(written(1, 0, 3));
  expect(() => assembler.add(written(1, 1, 2))).toThrow("in 2 parts, and in others");
});
