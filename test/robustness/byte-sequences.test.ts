/**
 * 100,000 seeded byte sequences: the parser never throws, hangs or mis-frames. The seed is printed;
 * NIGHTJAR_SEED chooses another.
 */
import { expect, test } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import { makeAnswerReader } from "@nightjar/engine/protocols/http1/answer-reader.ts";
import type { ResponseParser } from "@nightjar/engine/protocols/http1/response-parser.ts";
import { essence, everyByte, feedPieces, type Reading, readAnswer } from "./answer-reading.ts";
import { type ByteSequence, FAMILIES, sequenceAt } from "./byte-sequences.ts";
import { seedOfRun } from "./draw.ts";

const SEQUENCES = 100_000;
const seed = seedOfRun();

const url = "http://127.0.0.1/";
/** The engine's own, for a plan that asks nothing of answers, and for one that does. */
const readers = [
  { targets: [{ url }] },
  {
    targets: [{ url }],
    checks: { headers: ["server", "x-a: ~a"], body: ["size:>=3", "regex:l+o", "contains:ab"] },
    recordHeaders: ["x-a:ms"],
  },
].map((document) => makeAnswerReader(resolvePlan(document))());

function same(name: string, a: unknown, b: unknown): void {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  if (left !== right) throw new Error(`${name}: ${right}, and whole: ${left}`);
}

/** Whole, byte by byte, in pieces; and by the engine's own, which have read others before. */
function readEveryWay(sequence: ByteSequence): Reading {
  const { bytes, head, cuts } = sequence;
  const whole = readAnswer(bytes, { head });
  const seen = essence(whole);
  same("byte by byte", seen, essence(readAnswer(bytes, { head, cuts: everyByte(bytes) })));
  same("in pieces", seen, essence(readAnswer(bytes, { head, cuts })));
  for (const reader of readers) {
    // Twice: what was learnt of the first must not change the second.
    for (const ends of [[], [], cuts])
      same("engine", seen, outcomeBy(reader, sequence, ends, seen));
  }
  return whole;
}

/** Nothing is known of the body. */
function outcomeBy(
  reader: ResponseParser,
  { bytes, head }: ByteSequence,
  cuts: readonly number[],
  { bodyBytes, checksum }: Reading,
): Reading {
  const taken = feedPieces(reader, bytes, cuts, head);
  const { done, fault, status, close } = reader;
  const outcome = done ? "done" : fault === null ? "waiting" : "fault";
  const endedByClose = reader.end();
  return essence({ outcome, status, close, taken, bodyBytes, checksum, endedByClose, fault });
}

/** Of a good answer all is known. */
function compare(reading: Reading, { truth }: ByteSequence): void {
  if (truth === undefined) return;
  const { length, untilClose, ...known } = truth;
  const { outcome, taken, fault } = reading;
  const expected = {
    outcome: untilClose ? "waiting" : "done",
    taken: length,
    fault: null,
    ...known,
  };
  const { status, close, bodyBytes, checksum } = reading;
  same("truth", expected, { outcome, taken, fault, status, close, bodyBytes, checksum });
  same("end", untilClose, reading.endedByClose);
}

test(`each of ${SEQUENCES} byte sequences of seed ${seed} ends in one outcome, however cut`, () => {
  console.log(`NIGHTJAR_SEED=${seed}`);
  const seen = new Map<string, number>();
  for (let n = 0; n < SEQUENCES; n++) {
    const sequence = sequenceAt(seed, n);
    try {
      const reading = readEveryWay(sequence);
      compare(reading, sequence);
      const key = `${sequence.family} ${reading.outcome}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    } catch (error) {
      const text = JSON.stringify(Buffer.from(sequence.bytes).toString("latin1"));
      throw new Error(`seed ${seed}, sequence ${n}, ${text}: ${error}`);
    }
  }
  console.log(Object.fromEntries([...seen].sort()));
  // Each family brings about all that it can, or the sequences prove little.
  for (const family of FAMILIES) {
    for (const outcome of ["done", "waiting", "fault"]) {
      const count = seen.get(`${family} ${outcome}`) ?? 0;
      if (family === "good" && outcome === "fault") expect(count).toBe(0);
      else expect(count).toBeGreaterThan(100);
    }
  }
});
