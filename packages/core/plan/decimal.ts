/** Numbers as they stand in headers, byte by byte: nothing is decoded or allocated. */

const ZERO = 48;
const DOT = 46;
/** So many are exact in a float64. */
const MAX_DIGITS = 15;

/**
 * `12`, `12.5`, `0.25` → a whole number of nanoseconds; NaN for anything else: signs, exponents,
 * blanks, more than 15 digits before the point. What is beyond 15 digits after it is cut off.
 */
export function nanosecondsIn(bytes: Uint8Array, from: number, to: number, unitNs: number): number {
  let value = 0;
  let scale = 1;
  let digits = 0;
  let point = -1;
  for (let at = from; at < to; at++) {
    const digit = bytes[at] - ZERO;
    if (bytes[at] === DOT && point < 0 && at > from) point = at;
    else if (digit < 0 || digit > 9) return Number.NaN;
    else if (digits < MAX_DIGITS) {
      value = value * 10 + digit;
      if (value > 0) digits++;
      if (point >= 0) scale *= 10;
    } else if (point < 0) return Number.NaN;
  }
  const isWhole = from < to && point !== to - 1;
  return isWhole ? Math.round((value * unitNs) / scale) : Number.NaN;
}
