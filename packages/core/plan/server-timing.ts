/**
 * The `dur` of a metric in a Server-Timing header (W3C Server Timing §4), in one look at each byte:
 *
 *     db;dur=53.2, cache;desc="a, b; c";dur="0.5", miss
 *
 * Names of metrics are told apart by capitals, those of parameters are not. The first `dur` of a
 * metric counts, if it is a decimal number.
 */
import { afterBlanks, beforeBlanks } from "./blank.ts";
import { nanosecondsIn } from "./decimal.ts";

const QUOTE = 34;
const COMMA = 44;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;
const DUR = "dur";
const CASE_BIT = 32;
const NS_PER_MS = 1e6;

/** Where the part from `from` on ends: at `separator`, a comma or `to`; quotes hide them. */
function endOfPart(bytes: Uint8Array, from: number, to: number, separator: number): number {
  let isQuoted = false;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted && byte === BACKSLASH) at++;
    else if (!isQuoted && (byte === separator || byte === COMMA)) return at;
  }
  return to;
}

/** Whether `text` stands there between blanks, in these capitals. */
function isText(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  const start = afterBlanks(bytes, from, to);
  if (beforeBlanks(bytes, start, to) - start !== text.length) return false;
  for (let at = 0; at < text.length; at++) {
    if (bytes[start + at] !== text.charCodeAt(at)) return false;
  }
  return true;
}

/** Behind `dur=`, in any capitals; −1: it is another parameter. */
function afterDur(bytes: Uint8Array, from: number, to: number): number {
  const start = afterBlanks(bytes, from, to);
  const isDur =
    start + DUR.length < to &&
    (bytes[start] | CASE_BIT) === DUR.charCodeAt(0) &&
    (bytes[start + 1] | CASE_BIT) === DUR.charCodeAt(1) &&
    (bytes[start + 2] | CASE_BIT) === DUR.charCodeAt(2);
  if (!isDur) return -1;
  const equals = afterBlanks(bytes, start + DUR.length, to);
  return equals < to && bytes[equals] === EQUALS ? equals + 1 : -1;
}

/** The number between blanks, or between quotes between blanks. */
function numberIn(bytes: Uint8Array, from: number, to: number): number {
  const start = afterBlanks(bytes, from, to);
  const stop = beforeBlanks(bytes, start, to);
  const isQuoted = stop - start >= 2 && bytes[start] === QUOTE && bytes[stop - 1] === QUOTE;
  const edge = isQuoted ? 1 : 0;
  return nanosecondsIn(bytes, start + edge, stop - edge, NS_PER_MS);
}

/** The first `dur` among the parameters in `bytes[from…to)`, in ns; NaN: none, or no number. */
function durIn(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; ) {
    const end = endOfPart(bytes, at, to, SEMICOLON);
    const value = afterDur(bytes, at, end);
    if (value >= 0) return numberIn(bytes, value, end);
    at = end + 1;
  }
  return Number.NaN;
}

/**
 * In ns. `metric`: its name, or `null` for the first metric that has a number. NaN: there is none.
 */
export function durationIn(
  bytes: Uint8Array,
  from: number,
  to: number,
  metric: string | null,
): number {
  for (let at = from; at < to; ) {
    const end = endOfPart(bytes, at, to, COMMA);
    const nameEnd = endOfPart(bytes, at, end, SEMICOLON);
    if (metric === null || isText(bytes, at, nameEnd, metric)) {
      const durationNs = durIn(bytes, nameEnd + 1, end);
      if (!Number.isNaN(durationNs)) return durationNs;
    }
    at = end + 1;
  }
  return Number.NaN;
}
