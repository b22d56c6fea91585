/**
 * Rehearsal: the hot code runs before T0, on nothing, so that the runtime has compiled it when it
 * counts. Without it the first exchanges, and those beside the first snapshot, leave milliseconds
 * late by our own doing.
 */

import type { Plan } from "@nightjar/core/plan/plan.ts";
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import type { CellRecorder } from "./cell-recorder.ts";
import { makeAnswerReader } from "./protocols/http1/answer-reader.ts";
import { Recorder } from "./recorder.ts";

const ANSWERS = 4000;
/** Half of them with new heads, half with the same. */
const RUN = 400;
const INTERVALS = 40;
const SAMPLES = 500;

/** Heads that are the same for a while, and then others: known ones and new ones. */
const ANSWERS_BY_SECOND = Array.from({ length: 10 }, (_, second) =>
  new TextEncoder().encode(
    "HTTP/1.1 200 OK\r\nServer: rehearsal\r\nContent-Type: text/plain\r\n" +
      `X-Second: ${second}\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\nhello, world`,
  ),
);

function readAnswers(plan: Plan): void {
  const parser = makeAnswerReader(plan)();
  for (let answer = 0; answer < ANSWERS; answer++) {
    parser.next(false);
    parser.feed(ANSWERS_BY_SECOND[answer % RUN < RUN / 2 ? answer % 10 : 0], 0);
  }
}

function fill(cell: CellRecorder): void {
  const { wait, connect, lag, service, response, firstByte } = cell;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const valueNs = (sample * 7919) % 5_000_000;
    for (const histogram of [wait, connect, lag, service, response, firstByte]) {
      histogram.record(valueNs);
    }
    cell.countStatus(200);
    cell.completed++;
  }
}

function makeSnapshots(): void {
  const shape = { rowStartsNs: [0, 1], targets: 1, recordHeaders: [] };
  const recorder = new Recorder(shape);
  for (let interval = 0; interval < INTERVALS; interval++) {
    fill(recorder.cellAt(0, 0));
    fill(recorder.cellAt(1, 0));
    const usage = { cpuNs: 0, wallNs: 0, rssBytes: 0 };
    encodeFrame({ type: "event", event: recorder.flush("rehearsal", 0, interval, usage) });
  }
}

/** With the parser of the plan. */
export function rehearse(plan: Plan): void {
  readAnswers(plan);
  makeSnapshots();
}
