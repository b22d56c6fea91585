/** For tests: one response fed in pieces, and what became of it. */
import { expect } from "bun:test";
import { ResponseParser } from "./response-parser.ts";

export interface Outcome {
  kind: "done" | "fault" | "waiting";
  status: number;
  close: boolean;
  /** Bytes taken. */
  position: number;
  fault: string | null;
}

export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function everyByte(bytes: Uint8Array): number[] {
  return Array.from(bytes, (_, index) => index + 1);
}

export interface Reading {
  readonly cuts?: readonly number[];
  readonly head?: boolean;
  readonly parser?: ResponseParser;
}

/** Feeds `bytes` in pieces that end at `cuts`, which are in order. */
export function readResponse(
  bytes: Uint8Array,
  { cuts = [], head = false, parser = new ResponseParser() }: Reading = {},
): Outcome {
  parser.next(head);
  let position = 0;
  for (const end of [...cuts, bytes.length]) {
    if (parser.done || parser.fault !== null) break;
    if (end > position) position += feedPiece(parser, bytes.slice(position, end));
  }
  const kind = parser.done ? "done" : parser.fault === null ? "waiting" : "fault";
  return { kind, status: parser.status, close: parser.close, position, fault: parser.fault };
}

function feedPiece(parser: ResponseParser, piece: Uint8Array): number {
  const stopped = parser.feed(piece, 0);
  const over = parser.done || parser.fault !== null;
  if (stopped > piece.length || (!over && stopped < piece.length))
    throw new Error(`stopped at ${stopped} of ${piece.length}`);
  return stopped;
}

/** Whole and byte by byte, which must come to the same. */
function readText(text: string, head = false): Outcome {
  const bytes = latin1Bytes(text);
  const whole = readResponse(bytes, { head });
  const bytewise = readResponse(bytes, { head, cuts: everyByte(bytes) });
  if (whole.kind === "fault") whole.position = bytewise.position;
  expect(bytewise).toEqual(whole);
  return whole;
}

/** Head lines with CRLF, then the body. */
export function answer(lines: readonly string[], body = ""): string {
  return `${["HTTP/1.1 200 OK", ...lines].join("\r\n")}\r\n\r\n${body}`;
}

export function expectDone(text: string, expected: Partial<Outcome> = {}, head = false): void {
  const position = text.length;
  const standard = { kind: "done", status: 200, close: false, position, fault: null } as const;
  expect(readText(text, head)).toEqual({ ...standard, ...expected });
}

export function expectFault(text: string, fault: RegExp): void {
  const outcome = readText(text);
  expect([outcome.kind, outcome.fault]).toEqual(["fault", expect.stringMatching(fault)]);
}

export function expectWaiting(text: string): void {
  expect(readText(text).kind).toBe("waiting");
}
