/** Whole numbers as decimal digits, within ±2^53: nothing is made on the way. */

const ZERO = 0x30;
const MINUS = 0x2d;
const INT_MAX = 0x7fffffff;

/** The digits of 0 to 99. */
const TENS = Uint8Array.from({ length: 100 }, (_, pair) => ZERO + Math.floor(pair / 10));
const ONES = Uint8Array.from({ length: 100 }, (_, pair) => ZERO + (pair % 10));

/** Bytes of the number, with its sign. */
export function widthOfWhole(value: number): number {
  let rest = Math.abs(value);
  let width = value < 0 ? 2 : 1;
  while (rest >= 10_000) {
    rest = Math.floor(rest / 10_000);
    width += 4;
  }
  if (rest >= 1000) return width + 3;
  if (rest >= 100) return width + 2;
  return rest >= 10 ? width + 1 : width;
}

/** Writes it so that it ends before `end`. Returns where it begins. */
export function writeWhole(value: number, bytes: Uint8Array, end: number): number {
  let at = end;
  let rest = Math.abs(value);
  // Beyond 31 bits in floating point: exact, and slower.
  while (rest > INT_MAX) {
    const next = Math.floor(rest / 10);
    bytes[--at] = ZERO + (rest - next * 10);
    rest = next;
  }
  let small = rest | 0;
  while (small >= 100) {
    const next = (small / 100) | 0;
    const pair = small - next * 100;
    bytes[--at] = ONES[pair];
    bytes[--at] = TENS[pair];
    small = next;
  }
  if (small < 10) {
    bytes[--at] = ZERO + small;
  } else {
    bytes[--at] = ONES[small];
    bytes[--at] = TENS[small];
  }
  if (value < 0) bytes[--at] = MINUS;
  return at;
}
