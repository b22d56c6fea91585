/** One answer fed to a parser in pieces, and all that became of it: framing, body, outcome. */
import { ChunkedBody } from "@nightjar/engine/protocols/http1/chunked-body.ts";
import { ResponseParser } from "@nightjar/engine/protocols/http1/response-parser.ts";

/** `done`: answered to the last byte; `fault`: it breaks HTTP; `waiting`: for more bytes. */
export type Outcome = "done" | "fault" | "waiting";

export interface Reading {
  readonly outcome: Outcome;
  readonly status: number;
  /** The connection must not be used again. */
  readonly close: boolean;
  /** Bytes that belong to the answer. */
  readonly taken: number;
  readonly bodyBytes: number;
  /** Of the body. */
  readonly checksum: number;
  /** `waiting`, and the end of the connection completes it. */
  readonly endedByClose: boolean;
  readonly fault: string | null;
}

/** What is the same however a faulty answer is cut: where the fault was seen is not. */
export function essence(reading: Reading): Reading {
  return reading.outcome === "fault"
    ? { ...reading, taken: 0, bodyBytes: 0, checksum: 0 }
    : reading;
}

/** Bytes counted and summed (FNV-1a): two bodies of the same length are told apart. */
class BodySum {
  bytes = 0;
  sum = 0x811c9dc5;

  take(chunk: Uint8Array, from: number, to: number): void {
    this.bytes += to - from;
    for (let at = from; at < to; at++) this.sum = Math.imul(this.sum ^ chunk[at], 0x01000193);
  }
}

export function checksumOf(body: Uint8Array): number {
  const sum = new BodySum();
  sum.take(body, 0, body.length);
  return sum.sum;
}

class SummedChunks extends ChunkedBody {
  constructor(private readonly body: BodySum) {
    super();
  }

  protected override feedData(bytes: Uint8Array, at: number): number {
    const stopped = super.feedData(bytes, at);
    this.body.take(bytes, at, stopped);
    return stopped;
  }
}

/** The parser of the engine, which keeps nothing of a body, with its sum beside it. */
class SummedParser extends ResponseParser {
  readonly body: BodySum;

  constructor() {
    const body = new BodySum();
    super(new SummedChunks(body));
    this.body = body;
  }

  protected override feedBody(chunk: Uint8Array, at: number): number {
    const stopped = super.feedBody(chunk, at);
    this.body.take(chunk, at, stopped);
    return stopped;
  }

  protected override feedUntilClose(chunk: Uint8Array, at: number): number {
    const stopped = super.feedUntilClose(chunk, at);
    this.body.take(chunk, at, stopped);
    return stopped;
  }
}

export interface ReadingOptions {
  /** Where pieces end, in order; none: it comes whole. */
  readonly cuts?: readonly number[];
  /** It answers a HEAD. */
  readonly head?: boolean;
}

/** Throws where the parser stops without a reason, or goes on after it was over. */
export function readAnswer(bytes: Uint8Array, { cuts = [], head = false }: ReadingOptions = {}) {
  const parser = new SummedParser();
  const taken = feedPieces(parser, bytes, cuts, head);
  return readingOf(parser, taken);
}

export function feedPieces(
  parser: ResponseParser,
  bytes: Uint8Array,
  cuts: readonly number[],
  head: boolean,
): number {
  parser.next(head);
  let taken = 0;
  for (let index = 0; index <= cuts.length; index++) {
    if (parser.done || parser.fault !== null) break;
    const end = index < cuts.length ? cuts[index] : bytes.length;
    if (end > taken) taken += feedPiece(parser, bytes.subarray(taken, end));
  }
  return taken;
}

function feedPiece(parser: ResponseParser, piece: Uint8Array): number {
  const stopped = parser.feed(piece, 0);
  const isOver = parser.done || parser.fault !== null;
  if (stopped < 0 || stopped > piece.length || (!isOver && stopped < piece.length))
    throw new Error(`the parser stopped at ${stopped} of ${piece.length} bytes`);
  if (parser.done && parser.fault !== null) throw new Error("both done and at fault");
  return stopped;
}

function readingOf(parser: SummedParser, taken: number): Reading {
  const { done, fault, status, close, body } = parser;
  const outcome = done ? "done" : fault === null ? "waiting" : "fault";
  const endedByClose = parser.end();
  const { bytes: bodyBytes, sum: checksum } = body;
  return { outcome, status, close, taken, bodyBytes, checksum, endedByClose, fault };
}

export function bytesOf(latin1: string): Uint8Array {
  return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
}

/** Cuts after every byte. */
export function everyByte(bytes: Uint8Array): number[] {
  return Array.from(bytes, (_, index) => index + 1);
}
