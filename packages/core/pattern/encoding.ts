/** Ranges of code points as the sequences of bytes that spell them. */
import type { Ranges } from "./code-points.ts";

/** How the text that a pattern looks at is written: bodies in UTF-8, headers in Latin-1. */
export type Encoding = "utf8" | "latin1";

/** One range of bytes after another, both ends included. */
export type ByteSequence = readonly (readonly [number, number])[];

const LONGEST_OF_BYTES = [0x7f, 0x7ff, 0xffff];

export function byteSequences(ranges: Ranges, encoding: Encoding): ByteSequence[] {
  if (encoding === "utf8") return ranges.flatMap(([low, high]) => utf8Sequences(low, high));
  return ranges
    .filter(([low]) => low <= 0xff)
    .map(([low, high]) => [[low, Math.min(high, 0xff)] as const]);
}

/**
 * Cut until the first and the last code point differ by their last bytes only, and those go through
 * all 64 values: then the bytes of the two are the ends of independent ranges.
 */
function utf8Sequences(low: number, high: number): ByteSequence[] {
  const cutAt = lastOfFirstPart(low, high);
  if (cutAt >= 0) return [...utf8Sequences(low, cutAt), ...utf8Sequences(cutAt + 1, high)];
  const last = utf8Bytes(high);
  return [utf8Bytes(low).map((byte, index) => [byte, last[index]] as const)];
}

/** −1: one sequence spells them all. */
function lastOfFirstPart(low: number, high: number): number {
  const longest = LONGEST_OF_BYTES.find((most) => low <= most && high > most);
  if (longest !== undefined) return longest;
  if (high <= 0x7f) return -1;
  for (let bits = 6; bits <= 18; bits += 6) {
    const mask = (1 << bits) - 1;
    if (low >> bits === high >> bits) return -1;
    if ((low & mask) !== 0) return low | mask;
    if ((high & mask) !== mask) return (high & ~mask) - 1;
  }
  return -1;
}

function utf8Bytes(code: number): number[] {
  if (code <= 0x7f) return [code];
  const trailing = (count: number) =>
    Array.from({ length: count }, (_, index) => 0x80 | ((code >> (6 * (count - 1 - index))) & 63));
  if (code <= 0x7ff) return [0xc0 | (code >> 6), ...trailing(1)];
  if (code <= 0xffff) return [0xe0 | (code >> 12), ...trailing(2)];
  return [0xf0 | (code >> 18), ...trailing(3)];
}
