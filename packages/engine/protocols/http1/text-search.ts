/**
 * A text looked for in a stream of bytes, each looked at once (Knuth, Morris, Pratt 1977); where
 * nothing of the text has been met yet, the runtime's own search goes ahead.
 */
import { Buffer } from "node:buffer";

/** Works on any bytes. */
const { indexOf } = Buffer.prototype;

/** Pieces that are shorter are looked through byte by byte. */
const WORTH_A_SEARCH = 64;

export class TextSearch {
  private readonly text: Buffer;
  /** By the length of what has been met: how much of it may still begin the text. */
  private readonly fallback: Int32Array;

  /** `text` holds at least one byte. */
  constructor(text: Uint8Array) {
    this.text = Buffer.from(text);
    this.fallback = new Int32Array(text.length);
    for (let at = 1, met = 0; at < text.length; at++) {
      met = this.met(met, text[at]);
      this.fallback[at] = met;
    }
  }

  /** The length of the text; to have met so much is to have found it. */
  get length(): number {
    return this.text.length;
  }

  private met(before: number, byte: number): number {
    const { text, fallback } = this;
    let met = before;
    while (met > 0 && text[met] !== byte) met = fallback[met - 1];
    return text[met] === byte ? met + 1 : 0;
  }

  /** How much of the text has been met after `bytes[from…to)`, if `before` was met before. */
  after(before: number, bytes: Uint8Array, from: number, to: number): number {
    const { length } = this.text;
    let met = before;
    for (let at = from; at < to && met < length; at++) {
      if (met === 0 && to - at >= WORTH_A_SEARCH + length) {
        at = this.skip(bytes, at, to);
        if (at === to) return 0;
      }
      met = this.met(met, bytes[at]);
    }
    return met;
  }

  /** Where the text is; if nowhere, the first place where it may begin and go beyond the piece. */
  private skip(bytes: Uint8Array, from: number, to: number): number {
    const piece = to === bytes.length ? bytes : bytes.subarray(0, to);
    const found = indexOf.call(piece, this.text, from);
    return found >= 0 ? found : to - this.text.length + 1;
  }
}
