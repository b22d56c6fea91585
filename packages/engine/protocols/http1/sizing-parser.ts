/**
 * A parser that also counts bytes, as Nighthawk does: of headers those of names and values and of
 * `:status` with its code, of the body what is left when chunks are taken apart. Interim responses
 * and trailers are not counted.
 */
import { afterBlanks, beforeBlanks } from "@nightjar/core/plan/blank.ts";
import { ObservingParser } from "./observing-parser.ts";

/** `:status` and three digits. */
const STATUS_BYTES = 10;

export class SizingParser extends ObservingParser {
  override readonly sizes = new Float64Array(2);
  private headerBytes = 0;
  /** In the head of the answer itself, or before it. */
  private isBeforeBody = true;

  override next(head: boolean): void {
    super.next(head);
    this.headerBytes = STATUS_BYTES;
    this.isBeforeBody = true;
  }

  protected override readField(bytes: Uint8Array, from: number, colon: number, to: number): void {
    super.readField(bytes, from, colon, to);
    if (this.isCounted) this.headerBytes += colon - from + textBytes(bytes, colon + 1, to);
  }

  /** Read as one blank and the text (RFC 9112 §5.2). */
  protected override readFold(bytes: Uint8Array, from: number, to: number): void {
    super.readFold(bytes, from, to);
    if (this.isCounted) this.headerBytes += 1 + textBytes(bytes, from, to);
  }

  private get isCounted(): boolean {
    return this.isBeforeBody && this.status >= 200;
  }

  protected override endHead(): void {
    if (this.status >= 200) this.isBeforeBody = false;
    super.endHead();
  }

  protected override finish(): void {
    this.sizes[0] = this.headerBytes;
    this.sizes[1] = this.body.bodyBytes;
    super.finish();
  }
}

function textBytes(bytes: Uint8Array, from: number, to: number): number {
  const start = afterBlanks(bytes, from, to);
  return beforeBlanks(bytes, start, to) - start;
}
