/**
 * Dots on a grid of braille characters, two across and four down in each cell:
 *
 *     0x01 0x08
 *     0x02 0x10
 *     0x04 0x20
 *     0x40 0x80
 */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const FIRST = 0x2800;

export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;

export class BrailleGrid {
  private readonly bits: Uint8Array;

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    this.bits = new Uint8Array(columns * rows);
  }

  /** `x` from the left, `y` from the top, in dots. */
  dot(x: number, y: number): void {
    const cell = Math.floor(y / DOTS_DOWN) * this.columns + Math.floor(x / DOTS_ACROSS);
    this.bits[cell] |= DOTS[x % DOTS_ACROSS][y % DOTS_DOWN];
  }

  /** A line from the dot before, so that a steep curve has no holes. */
  stroke(x: number, y: number, before: number): void {
    const step = Math.sign(y - before);
    for (let at = before + step; at !== y && step !== 0; at += step) this.dot(x, at);
    this.dot(x, y);
  }

  /** `null` where there is no dot. */
  cell(column: number, row: number): string | null {
    const bits = this.bits[row * this.columns + column];
    return bits === 0 ? null : String.fromCharCode(FIRST + bits);
  }
}
