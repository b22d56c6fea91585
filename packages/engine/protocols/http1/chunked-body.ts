/**
 * A body in chunks (RFC 9112 §7.1), up to the last chunk. The trailers after it are lines of a
 * head.
 *
 *     size ─┬─ CR ─▶ LF ─┬─▶ data ─▶ CR ─▶ LF ┐
 *       ▲   ├─ blanks ───┤ size 0             │
 *       │   └─ ; ext ────┴──▶ over            │
 *       └─────────────────────────────────────┘
 *
 * Lines of chunks end with CRLF and nothing else: where one reader takes a bare LF for an end and
 * another does not, they see two different bodies.
 */
import { isBlank } from "@nightjar/core/plan/blank.ts";
import { CR, hexDigit, LF, SEMICOLON } from "./head-line.ts";

enum State {
  Size,
  Blank,
  Extension,
  SizeLf,
  Data,
  DataCr,
  DataLf,
}

const MAX_SIZE_DIGITS = 13;
const MAX_EXTENSION_BYTES = 8192;

const SIZE_FAULT = "a chunk's size is not a hexadecimal number";
const LINE_FAULT = "the line of a chunk's size does not end with CRLF";
const END_FAULT = "a chunk does not end where its size says";

export class ChunkedBody {
  /** The last chunk has been read. */
  over = false;
  fault: string | null = null;

  private state: State = State.Size;
  protected remaining = 0;
  private digits = 0;
  private extensionBytes = 0;

  start(): void {
    this.over = false;
    this.fault = null;
    this.startChunk();
  }

  /** Reads from `bytes[at]`; returns where it stopped: at their end, when over, or at a fault. */
  feed(bytes: Uint8Array, at: number): number {
    let position = at;
    while (position < bytes.length && !this.over && this.fault === null) {
      if (this.state === State.Data) position = this.feedData(bytes, position);
      else this.feedByte(bytes[position++]);
    }
    return position;
  }

  private startChunk(): void {
    this.state = State.Size;
    this.remaining = 0;
    this.digits = 0;
    this.extensionBytes = 0;
  }

  protected feedData(bytes: Uint8Array, at: number): number {
    const taken = Math.min(bytes.length - at, this.remaining);
    this.remaining -= taken;
    if (this.remaining === 0) this.state = State.DataCr;
    return at + taken;
  }

  private feedByte(byte: number): void {
    switch (this.state) {
      case State.Size:
        return this.feedSize(byte);
      case State.Blank:
        return this.endDigits(byte);
      case State.Extension:
        return this.feedExtension(byte);
      case State.SizeLf:
        return byte === LF ? this.endSize() : this.fail(LINE_FAULT);
      case State.DataCr:
        this.state = State.DataLf;
        return byte === CR ? undefined : this.fail(END_FAULT);
      default:
        return byte === LF ? this.startChunk() : this.fail(END_FAULT);
    }
  }

  private feedSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit < 0 && this.digits === 0) return this.fail(SIZE_FAULT);
    if (digit < 0) return this.endDigits(byte);
    if (++this.digits > MAX_SIZE_DIGITS) return this.fail("a chunk's size is too long");
    this.remaining = this.remaining * 16 + digit;
  }

  private endDigits(byte: number): void {
    if (byte === CR) this.state = State.SizeLf;
    else if (byte === SEMICOLON) this.state = State.Extension;
    else if (byte === LF) this.fail(LINE_FAULT);
    else if (isBlank(byte) && this.extensionBytes++ < MAX_EXTENSION_BYTES) this.state = State.Blank;
    else this.fail(SIZE_FAULT);
  }

  private feedExtension(byte: number): void {
    if (byte === CR) this.state = State.SizeLf;
    else if (byte === LF || byte === 0) this.fail(LINE_FAULT);
    else if (this.extensionBytes++ >= MAX_EXTENSION_BYTES)
      this.fail("a chunk's extension is too long");
  }

  private endSize(): void {
    if (this.remaining > 0) this.state = State.Data;
    else this.over = true;
  }

  private fail(fault: string): void {
    this.fault = fault;
  }
}
