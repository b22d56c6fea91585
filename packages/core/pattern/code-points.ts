/** Sets of characters as ranges of code points: in order, apart, both ends included. */

export type Ranges = readonly (readonly [number, number])[];

const LAST_CODE_POINT = 0x10ffff;

/** The same set, in order and without overlaps. */
export function union(...sets: readonly Ranges[]): Ranges {
  const sorted = sets.flat().toSorted(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = merged.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

export function complement(ranges: Ranges): Ranges {
  const rest: [number, number][] = [];
  let from = 0;
  for (const [low, high] of union(ranges)) {
    if (low > from) rest.push([from, low - 1]);
    from = high + 1;
  }
  if (from <= LAST_CODE_POINT) rest.push([from, LAST_CODE_POINT]);
  return rest;
}

const CASE_BIT = 0x20;

/** The letters A–Z in both cases, where one of them is in the set. */
export function withBothCases(ranges: Ranges): Ranges {
  const shifted = (from: number, to: number, by: number): Ranges =>
    ranges.flatMap(([low, high]) => {
      const [first, last] = [Math.max(low, from), Math.min(high, to)];
      return first <= last ? [[first + by, last + by] as const] : [];
    });
  return union(ranges, shifted(65, 90, CASE_BIT), shifted(97, 122, -CASE_BIT));
}

export const DIGIT: Ranges = [[48, 57]];
export const WORD: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
export const SPACE: Ranges = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
/** What a dot stands for. */
export const WITHIN_LINE: Ranges = complement([
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]);
export const ANYTHING: Ranges = [[0, LAST_CODE_POINT]];
