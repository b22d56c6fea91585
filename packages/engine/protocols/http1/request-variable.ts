/**
 * What changes in a request from exchange to exchange. All are drawn first, into the cells of one
 * array; then their widths are known, and so is the length of the body; then they are written.
 */
import { drawUuidWord, drawWhole, UUID_WORDS } from "@nightjar/core/plan/template-draw.ts";
import { widthOfWhole, writeWhole } from "./whole-number.ts";

export interface Variable {
  /** How many cells it draws into, from its `cell` on. */
  readonly cells: number;
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** Set once, before the first draw. */
  cell: number;
  draw(i: number, values: Float64Array): void;
  /** Bytes of what was drawn. */
  width(values: Float64Array): number;
  /** Writes what was drawn, from `at` on. Returns where it ends. */
  write(values: Float64Array, bytes: Uint8Array, at: number): number;
}

/** A number that is written as it is. */
abstract class WholeNumber implements Variable {
  readonly cells = 1;
  abstract readonly leastBytes: number;
  abstract readonly mostBytes: number;
  cell = 0;

  abstract draw(i: number, values: Float64Array): void;

  width(values: Float64Array): number {
    return widthOfWhole(values[this.cell]);
  }

  write(values: Float64Array, bytes: Uint8Array, at: number): number {
    const value = values[this.cell];
    const end = at + widthOfWhole(value);
    writeWhole(value, bytes, end);
    return end;
  }
}

const NUMBER_WIDTH = widthOfWhole(Number.MAX_SAFE_INTEGER);

/** `{{seq}}` */
export class Seq extends WholeNumber {
  readonly leastBytes = 1;
  readonly mostBytes = NUMBER_WIDTH;

  draw(i: number, values: Float64Array): void {
    values[this.cell] = i;
  }
}

/** `{{randInt MIN MAX}}` */
export class RandInt extends WholeNumber {
  readonly leastBytes: number;
  readonly mostBytes: number;
  private readonly size: number;

  constructor(
    private readonly seed: number,
    private readonly occurrence: number,
    private readonly min: number,
    max: number,
  ) {
    super();
    this.size = max - min + 1;
    const [low, high] = [widthOfWhole(min), widthOfWhole(max)];
    this.leastBytes = min < 0 && max >= 0 ? 1 : Math.min(low, high);
    this.mostBytes = Math.max(low, high);
  }

  draw(i: number, values: Float64Array): void {
    values[this.cell] = drawWhole(this.seed, this.occurrence, i, this.min, this.size);
  }
}

/** The Content-Length: drawn after the variables of the body. */
export class BodyLength extends WholeNumber {
  readonly leastBytes = 1;
  readonly mostBytes: number;

  constructor(
    /** Those of its bytes that never change. */
    private readonly literalBytes: number,
    private readonly variables: readonly Variable[],
  ) {
    super();
    this.mostBytes = widthOfWhole(
      variables.reduce((sum, { mostBytes }) => sum + mostBytes, literalBytes),
    );
  }

  draw(_i: number, values: Float64Array): void {
    const { variables } = this;
    let total = this.literalBytes;
    for (let k = 0; k < variables.length; k++) total += variables[k].width(values);
    values[this.cell] = total;
  }
}

const SPACE = 0x20;

/**
 * The exchange number in its header, right-aligned: leading spaces are optional white space of the
 * header (RFC 9112 §5), so that no length changes.
 */
export class NumberField implements Variable {
  readonly cells = 1;
  readonly leastBytes = NUMBER_WIDTH;
  readonly mostBytes = NUMBER_WIDTH;
  cell = 0;

  draw(i: number, values: Float64Array): void {
    values[this.cell] = i;
  }

  width(): number {
    return NUMBER_WIDTH;
  }

  write(values: Float64Array, bytes: Uint8Array, at: number): number {
    let from = writeWhole(values[this.cell], bytes, at + NUMBER_WIDTH);
    while (from > at) bytes[--from] = SPACE;
    return at + NUMBER_WIDTH;
  }
}

const HEX = new TextEncoder().encode("0123456789abcdef");
const DASH = 0x2d;
const UUID_WIDTH = 36;

/** Writes `digits` hexadecimal digits of `word`, those from bit `shift` + 4 downwards. */
function writeHex(word: number, shift: number, digits: number, bytes: Uint8Array, at: number) {
  for (let digit = 0; digit < digits; digit++) {
    bytes[at + digit] = HEX[(word >>> (shift - 4 * digit)) & 15];
  }
}

/** `{{uuid}}` */
export class Uuid implements Variable {
  readonly cells = UUID_WORDS;
  readonly leastBytes = UUID_WIDTH;
  readonly mostBytes = UUID_WIDTH;
  cell = 0;

  constructor(
    private readonly seed: number,
    private readonly occurrence: number,
  ) {}

  draw(i: number, values: Float64Array): void {
    for (let index = 0; index < UUID_WORDS; index++) {
      values[this.cell + index] = drawUuidWord(this.seed, this.occurrence, i, index);
    }
  }

  width(): number {
    return UUID_WIDTH;
  }

  write(values: Float64Array, bytes: Uint8Array, at: number): number {
    const { cell } = this;
    writeHex(values[cell], 28, 8, bytes, at);
    writeHex(values[cell + 1], 28, 4, bytes, at + 9);
    writeHex(values[cell + 1], 12, 4, bytes, at + 14);
    writeHex(values[cell + 2], 28, 4, bytes, at + 19);
    writeHex(values[cell + 2], 12, 4, bytes, at + 24);
    writeHex(values[cell + 3], 28, 8, bytes, at + 28);
    bytes[at + 8] = bytes[at + 13] = bytes[at + 18] = bytes[at + 23] = DASH;
    return at + UUID_WIDTH;
  }
}
