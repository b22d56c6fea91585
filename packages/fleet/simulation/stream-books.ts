/** StreamBooks: what a run's stream holds, read without the fold. */
import { decodeFrame } from "@nightjar/core/run/codec.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import type { Ended } from "@nightjar/core/run/load-generator.ts";
import type { Bus } from "../bus.ts";
import { Assembler } from "../parcel.ts";
import type { Head, Log } from "../record.ts";
import { childOfUp, streamName } from "../subjects.ts";

export interface ChildBook {
  /** Intervals whose snapshot has come. */
  readonly heard: Set<number>;
  ended: Ended | undefined;
}

export interface StreamBooks {
  head: Head | undefined;
  readonly logs: Log[];
  readonly children: Map<string, ChildBook>;
  lastSequence: number;
  /** Of the coordinator's last record. */
  endSequence: number;
}

/** `undefined`: there is no such stream. */
export async function readBooks(bus: Bus, runId: string): Promise<StreamBooks | undefined> {
  const name = streamName(runId);
  if (!(await bus.streams(name)).includes(name)) return undefined;
  const { lastSequence } = await bus.streamState(name);
  const fresh = { head: undefined, logs: [], children: new Map(), endSequence: 0 };
  const books: StreamBooks = { ...fresh, lastSequence };
  const aborter = new AbortController();
  const assemblers = new Map<string, Assembler>();
  if (lastSequence === 0) return books;
  for await (const { subject, payload, sequence } of bus.read(name, 1, aborter.signal)) {
    const assembler = assemblers.get(subject) ?? new Assembler();
    assemblers.set(subject, assembler);
    const whole = assembler.add(payload);
    if (whole !== undefined && childOfUp(subject) === undefined) noteEnd(books, whole, sequence);
    if (whole !== undefined) enter(books, childOfUp(subject), decodeFrame(whole));
    if (sequence === lastSequence) aborter.abort();
  }
  return books;
}

function noteEnd(books: StreamBooks, whole: Uint8Array, sequence: number): void {
  const { type } = decodeFrame(whole) as Head | Log;
  if (type === "end" && books.endSequence === 0) books.endSequence = sequence;
}

function enter(books: StreamBooks, child: string | undefined, record: unknown): void {
  if (child === undefined) {
    const said = record as Head | Log;
    if (said.type === "head") books.head = said;
    else books.logs.push(said);
    return;
  }
  const message = record as Message;
  const book = books.children.get(child) ?? { heard: new Set<number>(), ended: undefined };
  books.children.set(child, book);
  if (message.type !== "event") return;
  if (message.event.type === "snapshot") book.heard.add(message.event.interval);
  if (message.event.type === "ended") book.ended ??= message.event;
}
