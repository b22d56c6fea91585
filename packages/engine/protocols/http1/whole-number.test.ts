import { expect, test } from "bun:test";
import fc from "fast-check";
import { widthOfWhole, writeWhole } from "./whole-number.ts";

function written(value: number): string {
  const bytes = new Uint8Array(20).fill(0x5f);
  const from = writeWhole(value, bytes, 18);
  expect(18 - from).toBe(widthOfWhole(value));
  const text = Buffer.from(bytes).toString();
  expect(text.slice(0, from) + text.slice(18)).toBe("_".repeat(20 - (18 - from)));
  return text.slice(from, 18);
}

test("a whole number is written as it is spelled, and nothing beside it", () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => expect(written(value)).toBe(`${value}`)));
  for (let power = 1; power <= 1e15; power *= 10) {
    for (const value of [power - 1, power, power + 1, 9 * power]) {
      if (!Number.isSafeInteger(value)) continue;
      expect(written(value)).toBe(String(value));
      expect(written(-value || 0)).toBe(String(-value || 0));
    }
  }
  const edges = [2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  for (const value of edges) expect(written(value)).toBe(String(value));
  expect(written(-0)).toBe("0");
});
