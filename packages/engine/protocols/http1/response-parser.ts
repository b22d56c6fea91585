/**
 * Incremental parser of one HTTP/1.1 response after another (RFC 9112): whole or byte by byte, the
 * same outcome.
 *
 *     status line ─▶ headers ─▶ ┬─ no body (HEAD, 204, 304) ───────────▶ done
 *          ▲                    ├─ length N ─▶ body ───────────────────▶ done
 *          │ 1xx (not 101)      ├─ chunked ─▶ size ─▶ data ─▶ crlf ┐
 *          └────────────────────┤               ▲──────────────────┘ 0 ─▶ trailers ─▶ done
 *                               └─ until close ─▶ body … end of connection ─▶ done
 *
 * Nothing is allocated: header lines are looked at byte by byte; only the values of three headers
 * matter. What breaks a rule or a limit is a protocol error, and the connection is of no more use.
 * Wherever two readers could see two different responses the strict reading is the only one. A head
 * may end its lines with a bare LF (§2.2), a chunk may not; a value may be folded (§5.2) where it
 * says nothing about framing. What cannot be HTTP is refused at once: it may never end a line.
 */
import { afterBlanks, beforeBlanks, isBlank } from "@nightjar/core/plan/blank.ts";
import type { CheckFault } from "../../check-fault.ts";
import { ChunkedBody } from "./chunked-body.ts";
import {
  CONNECTION,
  CONTENT_LENGTH,
  CR,
  colonOf,
  hasToken,
  LF,
  lengthIn,
  longerLine,
  mayBegin,
  minorVersionOf,
  nameOf,
  noHttpFault,
  OTHER,
  SPACE,
  threeDigits,
} from "./head-line.ts";

enum State {
  StatusLine,
  HeaderLine,
  Body,
  UntilClose,
  Chunks,
  TrailerLine,
  Done,
  Failed,
}

export const MAX_HEAD_BYTES = 64 * 1024;
const BREAKS_FAULT = "a line of its head holds a CR or a NUL";
const LIMIT_FAULT = `its head is longer than ${MAX_HEAD_BYTES} bytes`;

export class ResponseParser {
  status = 0;
  /** The connection must not be used again after this response. */
  close = false;
  /** The response has been read to its end; `next()` makes ready for another. */
  done = false;
  /** What rule was broken, or `null`. */
  fault: string | null = null;
  /** At least one byte of the current response has been read. */
  begun = false;
  /** When done: what a check of the plan found wrong with the response. */
  rejection: CheckFault | null = null;
  /** When done: numbers that the plan records, in ns (NaN: none); bytes of headers and of body. */
  readonly recorded: Float64Array<ArrayBuffer> = new Float64Array(0);
  readonly sizes: Float64Array<ArrayBuffer> = this.recorded;

  private state: State = State.StatusLine;
  protected headBytes = 0;
  protected remaining = 0;
  private length = -1;
  private chunked = false;
  private minorVersion = 1;
  private keepAlive = false;
  private line = new Uint8Array(256);
  private lineLength = 0;
  protected head = false;
  /** CR and NUL in the line so far. */
  private breaks = 0;
  /** The header line before this one may go on in it. */
  private foldable = false;

  constructor(private readonly chunks = new ChunkedBody()) {}

  /** `head`: the request was HEAD, so the response has no body whatever its headers say. */
  next(head: boolean): void {
    this.head = head;
    this.status = 0;
    this.done = false;
    this.fault = null;
    this.begun = false;
    this.startHead();
  }

  private startHead(): void {
    this.state = State.StatusLine;
    this.headBytes = 0;
    this.remaining = 0;
    this.length = -1;
    this.chunked = false;
    this.keepAlive = false;
    this.close = false;
    this.lineLength = 0;
    this.foldable = false;
    this.breaks = 0;
  }

  /** Reads from `chunk[at]` to its end, that of the response or a fault; returns where it was. */
  feed(chunk: Uint8Array, at: number): number {
    this.begun = true;
    let position = at;
    while (position < chunk.length && this.state < State.Done) {
      switch (this.state) {
        case State.StatusLine:
        case State.HeaderLine:
        case State.TrailerLine:
          position = this.feedLine(chunk, position);
          break;
        case State.Body:
          position = this.feedBody(chunk, position);
          break;
        case State.Chunks:
          position = this.feedChunks(chunk, position);
          break;
        default:
          position = this.feedUntilClose(chunk, position);
      }
    }
    return position;
  }

  /** The peer has ended the connection. True when that completes the response. */
  end(): boolean {
    if (this.state !== State.UntilClose) return false;
    this.finish();
    return true;
  }

  private feedLine(chunk: Uint8Array, from: number): number {
    let at = from;
    let { breaks } = this;
    const end = chunk.length;
    for (; at < end; at++) {
      const byte = chunk[at];
      if (byte > CR) continue;
      if (byte === LF) break;
      if (byte === CR || byte === 0) breaks++;
    }
    this.breaks = breaks;
    const stop = at < end ? at + 1 : at;
    this.headBytes += stop - from;
    if (this.headBytes > MAX_HEAD_BYTES) this.failHead(LIMIT_FAULT, chunk, from, at);
    else if (at < end && this.lineLength === 0) this.endLine(chunk, from, at);
    else this.keepLine(chunk, from, at, at < end);
    return stop;
  }

  /** A line that came in pieces is put together first. */
  private keepLine(chunk: Uint8Array, from: number, to: number, complete: boolean): void {
    const length = this.lineLength + to - from;
    if (length > this.line.length) this.line = longerLine(this.line, length);
    for (let at = from; at < to; at++) this.line[this.lineLength++] = chunk[at];
    if (complete) {
      this.lineLength = 0;
      this.endLine(this.line, 0, length);
    } else if (this.state === State.StatusLine && !mayBegin(this.line, 0, length, 0))
      this.fail(noHttpFault(this.line[0]));
  }

  /** A line that begins as no status line does has that for its fault. */
  private failHead(fault: string, bytes: Uint8Array, from: number, to: number): void {
    const begins = this.state !== State.StatusLine || mayBegin(bytes, from, to, this.lineLength);
    this.fail(begins ? fault : noHttpFault(bytes[from]));
  }

  /**
   * One line without its LF; a CR before it belongs to the line's end. Any other CR, or a NUL, some
   * take for the end of a line or of a text (RFC 9110 §5.5).
   */
  private endLine(bytes: Uint8Array, from: number, lf: number): void {
    const to = lf > from && bytes[lf - 1] === CR ? lf - 1 : lf;
    const { breaks } = this;
    this.breaks = 0;
    if (breaks !== lf - to) this.failHead(BREAKS_FAULT, bytes, from, to);
    else if (this.state === State.StatusLine) this.readStatusLine(bytes, from, to);
    else if (to === from) this.endHead();
    else if (isBlank(bytes[from])) this.readFold(bytes, from, to);
    else this.readField(bytes, from, colonOf(bytes, from, to), to);
  }

  /** `HTTP/1.x SP 3DIGIT [SP reason]` */
  private readStatusLine(bytes: Uint8Array, from: number, to: number): void {
    const minor = to - from >= 12 ? minorVersionOf(bytes, from) : -1;
    if (minor < 0) return this.fail(noHttpFault(bytes[from]));
    const status = threeDigits(bytes, from + 9);
    const ended = to - from === 12 || bytes[from + 12] === SPACE;
    if (status < 100 || status > 599 || !ended)
      return this.fail("its status is not a number from 100 to 599");
    this.status = status;
    this.minorVersion = minor;
    this.state = State.HeaderLine;
  }

  /** Of a trailer only the form matters (§7.1.2). */
  protected readField(bytes: Uint8Array, from: number, colon: number, to: number): void {
    if (colon <= from) return this.fail("a header line has no name");
    const header = this.state === State.TrailerLine ? OTHER : nameOf(bytes, from, colon);
    this.foldable = header === OTHER;
    if (this.foldable) return;
    const start = afterBlanks(bytes, colon + 1, to);
    const stop = beforeBlanks(bytes, start, to);
    if (header === CONTENT_LENGTH) this.readLength(bytes, start, stop);
    else if (header === CONNECTION) this.readConnection(bytes, start, stop);
    else this.readTransferEncoding(bytes, start, stop);
  }

  /** A blank line that is not empty would be the end of the head to some. */
  protected readFold(bytes: Uint8Array, from: number, to: number): void {
    if (!this.foldable) return this.fail("a line of its head begins with a blank");
    if (afterBlanks(bytes, from, to) === to) this.fail("a folded line holds no text");
  }

  private readLength(bytes: Uint8Array, from: number, to: number): void {
    const value = lengthIn(bytes, from, to);
    if (value < 0) return this.fail("its Content-Length is not a number");
    if (this.length >= 0 && this.length !== value)
      return this.fail("it has two different Content-Lengths");
    this.length = value;
  }

  private readConnection(bytes: Uint8Array, from: number, to: number): void {
    if (hasToken(bytes, from, to, "close")) this.close = true;
    if (hasToken(bytes, from, to, "keep-alive")) this.keepAlive = true;
  }

  private readTransferEncoding(bytes: Uint8Array, from: number, to: number): void {
    if (this.chunked || !hasToken(bytes, from, to, "chunked") || to - from !== 7) {
      return this.fail("its Transfer-Encoding is not just chunked");
    }
    this.chunked = true;
  }

  protected endHead(): void {
    if (this.state === State.TrailerLine) return this.finish();
    if (this.status < 200) {
      if (this.status === 101) return this.fail("it switches protocols, which was not asked for");
      return this.startHead();
    }
    if (this.chunked && this.length >= 0) return this.fail("it has both Content-Length and chunks");
    if (this.minorVersion === 0 && (!this.keepAlive || this.chunked)) this.close = true;
    if (this.head || this.status === 204 || this.status === 304) return this.finish();
    if (this.chunked) {
      this.chunks.start();
      this.state = State.Chunks;
    } else if (this.length >= 0) this.expectBody(this.length);
    else {
      this.close = true;
      this.state = State.UntilClose;
    }
  }

  /** The head has been read, and so many bytes follow it. */
  protected expectBody(bytes: number): void {
    this.remaining = bytes;
    this.state = State.Body;
    if (bytes === 0) this.finish();
  }

  protected feedBody(chunk: Uint8Array, at: number): number {
    const taken = Math.min(chunk.length - at, this.remaining);
    this.remaining -= taken;
    if (this.remaining === 0) this.finish();
    return at + taken;
  }

  protected feedUntilClose(chunk: Uint8Array, _at: number): number {
    return chunk.length;
  }

  private feedChunks(chunk: Uint8Array, at: number): number {
    const position = this.chunks.feed(chunk, at);
    if (this.chunks.fault !== null) this.fail(this.chunks.fault);
    if (!this.chunks.over) return position;
    this.state = State.TrailerLine;
    this.headBytes = 0;
    this.foldable = false;
    return position;
  }

  protected finish(): void {
    this.state = State.Done;
    this.done = true;
  }

  private fail(fault: string): void {
    this.state = State.Failed;
    this.fault = fault;
  }
}
