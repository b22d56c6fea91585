import { expect, test } from "bun:test";
import { phaseTally } from "@nightjar/core/record/snapshot.ts";
import { Recorder } from "./recorder.ts";
import { Backlog } from "./ring.ts";
import { Waiting } from "./waiting.ts";

/** So many wait, due a microsecond after one another, of two targets in turn; told at 1 s. */
function told(size: number) {
  const recorder = new Recorder({ rowStartsNs: [0, 0], targets: 2, recordHeaders: [] });
  const backlog = new Backlog();
  const targetOf = (i: number) => i % 2;
  for (let i = 0; i < size; i++) {
    backlog.push(i, i * 1000);
    recorder.cellAt(i * 1000, targetOf(i)).backlog++;
  }
  const waiting = new Waiting(backlog, recorder, targetOf);
  waiting.recordAges(1e9);
  const usage = { cpuNs: 0, wallNs: 0, rssBytes: 0 };
  const first = phaseTally(recorder.flush("0", 0, 0, usage), "measured");
  waiting.giveUp(2e9);
  return { first, last: phaseTally(recorder.flush("0", 0, 1, usage), "measured") };
}

test("the ages of what waits are told, each", () => {
  const { first, last } = told(30_000);
  const sum = 30_000n * 1_000_000_000n - (30_000n * 29_999n * 1000n) / 2n;
  expect(first.openAges.backlog).toMatchObject({ count: 30_000, max: 1e9, sum });
  expect(last.counts.unsent).toBe(30_000);
  expect(last.histograms.unsentAge).toMatchObject({ count: 30_000, max: 2e9 });
  expect(last.open.backlog).toBe(0);
});

test("of more than can be told in time only how many there are, until the end", () => {
  const { first, last } = told(30_001);
  expect(first.open.backlog).toBe(30_001);
  expect(first.openAges.backlog).toMatchObject({ count: 30_001, max: 0, sum: 0n });
  expect(last.histograms.unsentAge).toMatchObject({ count: 30_001, max: 2e9 });
});
