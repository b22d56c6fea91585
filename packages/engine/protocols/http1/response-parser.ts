/**
 * Incremental parser of one HTTP/1.1 response after another (RFC 9112): whole or byte by byte, the same outcome.
 *
 *     status line ─▶ headers ─▶ ┬─ no body (HEAD, 204, 304) ───────────▶ done
 *          ▲                    ├─ length N ─▶ body ───────────────────▶ done
 *          │ 1xx (not 101)      ├─ chunked ─▶ size ─▶ data ─▶ crlf ┐
 *          └────────────────────┤               ▲──────────────────┘ 0 ─▶ trailers ─▶ done
 *                               └─ until close ─▶ body … end of connection ─▶ done
 *
 * Nothing is allocated: header lines are looked at byte by byte; only the values of four headers matter. What breaks a
 * rule or a limit is a protocol error, and the connection is of no further use.
 */

enum State {
  StatusLine,
  HeaderLine,
  Body,
  UntilClose,
  ChunkSize,
  ChunkExtension,
  ChunkData,
  ChunkEnd,
  TrailerLine,
  Done,
  Failed,
}

export const MAX_HEAD_BYTES = 64 * 1024;
const MAX_CHUNK_SIZE_DIGITS = 13;
const MAX_LENGTH_DIGITS = 15;
const MAX_LINE = 8192;

const CR = 13;
const LF = 10;
const COLON = 58;
const SPACE = 32;
const TAB = 9;

enum Header {
  Other,
  ContentLength,
  TransferEncoding,
  Connection,
}

const NAMES: readonly (readonly [string, Header])[] = [
  ["content-length", Header.ContentLength],
  ["transfer-encoding", Header.TransferEncoding],
  ["connection", Header.Connection],
];

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

  private state: State = State.StatusLine;
  private headBytes = 0;
  private remaining = 0;
  private length = -1;
  private chunked = false;
  private minorVersion = 1;
  private keepAlive = false;
  private sizeDigits = 0;
  private line = new Uint8Array(256);
  private lineLength = 0;
  private head = false;

  /** `head`: the request was HEAD, so the response has no body whatever its headers say. */
  next(head: boolean): void {
    this.head = head;
    this.status = 0;
    this.close = false;
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
  }

  /** Reads from `chunk[at]`; returns where it stopped: at the end of the chunk, of the response, or at a fault. */
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
        case State.ChunkData:
          position = this.feedBody(chunk, position);
          break;
        case State.UntilClose:
          position = chunk.length;
          break;
        default:
          this.feedChunkByte(chunk[position++]);
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
    const end = chunk.length;
    while (at < end && chunk[at] !== LF) at++;
    const stop = at < end ? at + 1 : at;
    this.headBytes += stop - from;
    if (this.headBytes > MAX_HEAD_BYTES) {
      this.fail(`its head is longer than ${MAX_HEAD_BYTES} bytes`);
      return stop;
    }
    if (at < end && this.lineLength === 0) this.endLine(chunk, from, at);
    else this.keepLine(chunk, from, at, at < end);
    return stop;
  }

  /** A line that came in pieces is put together first. */
  private keepLine(chunk: Uint8Array, from: number, to: number, complete: boolean): void {
    const length = this.lineLength + to - from;
    if (length > MAX_LINE) {
      this.fail(`a line of its head is longer than ${MAX_LINE} bytes`);
      return;
    }
    if (length > this.line.length) {
      const longer = new Uint8Array(Math.max(length, this.line.length * 2));
      longer.set(this.line.subarray(0, this.lineLength));
      this.line = longer;
    }
    for (let at = from; at < to; at++) this.line[this.lineLength++] = chunk[at];
    if (!complete) return;
    this.lineLength = 0;
    this.endLine(this.line, 0, length);
  }

  /** One line without its LF; a CR before it belongs to the line's end. */
  private endLine(bytes: Uint8Array, from: number, lf: number): void {
    const to = lf > from && bytes[lf - 1] === CR ? lf - 1 : lf;
    if (this.state === State.StatusLine) this.readStatusLine(bytes, from, to);
    else if (to === from) this.endHead();
    else if (this.state === State.HeaderLine) this.readHeader(bytes, from, to);
  }

  /** `HTTP/1.x SP 3DIGIT [SP reason]` */
  private readStatusLine(bytes: Uint8Array, from: number, to: number): void {
    const minor = bytes[from + 7] - 48;
    const prefix =
      to - from >= 12 &&
      bytes[from] === 72 &&
      bytes[from + 1] === 84 &&
      bytes[from + 2] === 84 &&
      bytes[from + 3] === 80 &&
      bytes[from + 4] === 47 &&
      bytes[from + 5] === 49 &&
      bytes[from + 6] === 46 &&
      (minor === 0 || minor === 1) &&
      bytes[from + 8] === SPACE;
    if (!prefix) return this.fail("it does not begin with HTTP/1.1 and a status");
    const status = threeDigits(bytes, from + 9);
    const ended = to - from === 12 || bytes[from + 12] === SPACE;
    if (status < 100 || status > 599 || !ended)
      return this.fail("its status is not a number from 100 to 599");
    this.status = status;
    this.minorVersion = minor;
    this.state = State.HeaderLine;
  }

  private readHeader(bytes: Uint8Array, from: number, to: number): void {
    if (bytes[from] === SPACE || bytes[from] === TAB) return this.fail("a header line is folded");
    const colon = colonOf(bytes, from, to);
    if (colon <= from) return this.fail("a header line has no name");
    const header = nameOf(bytes, from, colon);
    if (header === Header.Other) return;
    let start = colon + 1;
    let stop = to;
    while (start < stop && isBlank(bytes[start])) start++;
    while (stop > start && isBlank(bytes[stop - 1])) stop--;
    if (header === Header.ContentLength) this.readLength(bytes, start, stop);
    else if (header === Header.Connection) this.readConnection(bytes, start, stop);
    else this.readTransferEncoding(bytes, start, stop);
  }

  private readLength(bytes: Uint8Array, from: number, to: number): void {
    let value = 0;
    if (to === from || to - from > MAX_LENGTH_DIGITS)
      return this.fail("its Content-Length is not a number");
    for (let at = from; at < to; at++) {
      const digit = bytes[at] - 48;
      if (digit < 0 || digit > 9) return this.fail("its Content-Length is not a number");
      value = value * 10 + digit;
    }
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

  private endHead(): void {
    if (this.state === State.TrailerLine) return this.finish();
    if (this.status < 200) {
      if (this.status === 101) return this.fail("it switches protocols, which was not asked for");
      return this.startHead();
    }
    if (this.chunked && this.length >= 0) return this.fail("it has both Content-Length and chunks");
    if (this.minorVersion === 0 && !this.keepAlive) this.close = true;
    if (this.head || this.status === 204 || this.status === 304) return this.finish();
    if (this.chunked) this.startChunk();
    else if (this.length === 0) this.finish();
    else if (this.length > 0) {
      this.remaining = this.length;
      this.state = State.Body;
    } else {
      this.close = true;
      this.state = State.UntilClose;
    }
  }

  private feedBody(chunk: Uint8Array, at: number): number {
    const taken = Math.min(chunk.length - at, this.remaining);
    this.remaining -= taken;
    if (this.remaining === 0) {
      if (this.state === State.Body) this.finish();
      else this.state = State.ChunkEnd;
    }
    return at + taken;
  }

  private startChunk(): void {
    this.state = State.ChunkSize;
    this.remaining = 0;
    this.sizeDigits = 0;
    this.lineLength = 0;
  }

  private feedChunkByte(byte: number): void {
    if (this.state === State.ChunkSize) this.feedChunkSize(byte);
    else if (this.state === State.ChunkExtension) {
      if (++this.lineLength > MAX_LINE) this.fail("a chunk's extension is too long");
      else if (byte === LF) this.endChunkSize();
    } else if (byte === LF) this.startChunk();
    else if (byte !== CR || this.lineLength++ > 0)
      this.fail("a chunk does not end where its size says");
  }

  private feedChunkSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (++this.sizeDigits > MAX_CHUNK_SIZE_DIGITS) return this.fail("a chunk's size is too long");
      this.remaining = this.remaining * 16 + digit;
      return;
    }
    if (this.sizeDigits === 0) return this.fail("a chunk's size is not a hexadecimal number");
    if (byte === LF) return this.endChunkSize();
    if (byte !== CR && byte !== 59 && !isBlank(byte)) {
      return this.fail("a chunk's size is not a hexadecimal number");
    }
    this.state = State.ChunkExtension;
  }

  private endChunkSize(): void {
    this.lineLength = 0;
    if (this.remaining > 0) this.state = State.ChunkData;
    else {
      this.headBytes = 0;
      this.state = State.TrailerLine;
    }
  }

  private finish(): void {
    this.state = State.Done;
    this.done = true;
  }

  private fail(fault: string): void {
    this.state = State.Failed;
    this.fault = fault;
  }
}

function threeDigits(bytes: Uint8Array, at: number): number {
  const a = bytes[at] - 48;
  const b = bytes[at + 1] - 48;
  const c = bytes[at + 2] - 48;
  return a < 0 || a > 9 || b < 0 || b > 9 || c < 0 || c > 9 ? -1 : a * 100 + b * 10 + c;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** −1 where the name holds a blank or there is no colon. */
function colonOf(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (bytes[at] === COLON) return at;
    if (bytes[at] <= SPACE) return -1;
  }
  return -1;
}

function nameOf(bytes: Uint8Array, from: number, colon: number): Header {
  for (const [name, header] of NAMES) {
    if (name.length === colon - from && equals(bytes, from, name)) return header;
  }
  return Header.Other;
}

/** Without regard to case; `text` is in lower case. */
function equals(bytes: Uint8Array, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const byte = bytes[from + at];
    const lower = byte >= 65 && byte <= 90 ? byte | 32 : byte;
    if (lower !== text.charCodeAt(at)) return false;
  }
  return true;
}

/** Whether a comma-separated list holds `token`. */
function hasToken(bytes: Uint8Array, from: number, to: number, token: string): boolean {
  for (let at = from; at + token.length <= to; at++) {
    const starts = at === from || bytes[at - 1] === 44 || isBlank(bytes[at - 1]);
    const stop = at + token.length;
    const stops = stop === to || bytes[stop] === 44 || isBlank(bytes[stop]);
    if (starts && stops && equals(bytes, at, token)) return true;
  }
  return false;
}
