/**
 * What templates are filled with: pure functions of (seed, i, occurrence), so that every child
 * sends for exchange *i* what any other would have sent. `occurrence` counts the templates of a
 * target that are drawn.
 */
import { STREAM, uniform, word } from "../random.ts";

/** `size` numbers from `min` on, each as likely; `size` is at most 2^53. */
export function drawWhole(
  seed: number,
  occurrence: number,
  i: number,
  min: number,
  size: number,
): number {
  return min + Math.floor(uniform(seed, STREAM.randInt + occurrence, i) * size);
}

/** 32-bit words of a UUID. */
export const UUID_WORDS = 4;

/** Word `index` of a UUID of version 4 (RFC 9562 §5.4), signed: 122 bits of the four are drawn. */
export function drawUuidWord(seed: number, occurrence: number, i: number, index: number): number {
  const drawn = word(seed, STREAM.uuid + occurrence * UUID_WORDS + index, i);
  if (index === 1) return (drawn & 0xffff0fff) | 0x4000;
  if (index === 2) return (drawn & 0x3fffffff) | 0x80000000;
  return drawn;
}
