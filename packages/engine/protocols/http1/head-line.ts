/** What the lines of a head are made of, byte by byte: nothing is decoded or allocated. */
import { isBlank } from "@nightjar/core/plan/blank.ts";

export const CR = 13;
export const LF = 10;
export const SEMICOLON = 59;
export const SPACE = 32;
const COLON = 58;
const COMMA = 44;

/** The headers that decide where a response ends, and whether another may follow. */
export type Header = 0 | 1 | 2 | 3;
export const OTHER = 0;
export const CONTENT_LENGTH = 1;
export const TRANSFER_ENCODING = 2;
export const CONNECTION = 3;

const NAMES: readonly (readonly [string, Header])[] = [
  ["content-length", CONTENT_LENGTH],
  ["transfer-encoding", TRANSFER_ENCODING],
  ["connection", CONNECTION],
];

const BEGINNING = "HTTP/1.";

/**
 * Whether `bytes[from…to)` may be of a status line of which `before` bytes have been read already.
 */
export function mayBegin(bytes: Uint8Array, from: number, to: number, before: number): boolean {
  for (let at = from, place = before; at < to && place < BEGINNING.length; at++, place++) {
    if (bytes[at] !== BEGINNING.charCodeAt(place)) return false;
  }
  return true;
}

/** The content type of its record (RFC 8446 §5.1). */
const TLS_ALERT = 21;

export function noHttpFault(firstByte: number): string {
  return firstByte === TLS_ALERT
    ? "it is an alert of TLS: the port may want https"
    : "it does not begin with HTTP/1.1 and a status";
}

/** Of `HTTP/1.0 ` or `HTTP/1.1 `; −1 where the line begins with neither. */
export function minorVersionOf(bytes: Uint8Array, from: number): number {
  const minor = bytes[from + 7] - 48;
  return bytes[from] === 72 &&
    bytes[from + 1] === 84 &&
    bytes[from + 2] === 84 &&
    bytes[from + 3] === 80 &&
    bytes[from + 4] === 47 &&
    bytes[from + 5] === 49 &&
    bytes[from + 6] === 46 &&
    (minor === 0 || minor === 1) &&
    bytes[from + 8] === SPACE
    ? minor
    : -1;
}

export function threeDigits(bytes: Uint8Array, at: number): number {
  const a = bytes[at] - 48;
  const b = bytes[at + 1] - 48;
  const c = bytes[at + 2] - 48;
  return a < 0 || a > 9 || b < 0 || b > 9 || c < 0 || c > 9 ? -1 : a * 100 + b * 10 + c;
}

export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** −1 where the name holds a blank or there is no colon. */
export function colonOf(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (bytes[at] === COLON) return at;
    if (bytes[at] <= SPACE) return -1;
  }
  return -1;
}

export function nameOf(bytes: Uint8Array, from: number, colon: number): Header {
  for (const [name, header] of NAMES) {
    if (name.length === colon - from && equals(bytes, from, name)) return header;
  }
  return OTHER;
}

/** Without regard to case; `text` is in lower case. */
export function equals(bytes: Uint8Array, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const byte = bytes[from + at];
    const lower = byte >= 65 && byte <= 90 ? byte | 32 : byte;
    if (lower !== text.charCodeAt(at)) return false;
  }
  return true;
}

const MAX_LENGTH_DIGITS = 15;

/** A Content-Length; −1 where it is not a number. */
export function lengthIn(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > MAX_LENGTH_DIGITS) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = bytes[at] - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether a comma-separated list holds `token`. */
export function hasToken(bytes: Uint8Array, from: number, to: number, token: string): boolean {
  for (let at = from; at + token.length <= to; at++) {
    const starts = at === from || bytes[at - 1] === COMMA || isBlank(bytes[at - 1]);
    const stop = at + token.length;
    const stops = stop === to || bytes[stop] === COMMA || isBlank(bytes[stop]);
    if (starts && stops && equals(bytes, at, token)) return true;
  }
  return false;
}

/** A copy of `line` with room for `length` bytes, and for more than before. */
export function longerLine(line: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(Math.max(length, line.length * 2));
  longer.set(line);
  return longer;
}
