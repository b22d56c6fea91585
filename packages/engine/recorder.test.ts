import { describe, expect, test } from "bun:test";
import { PHASES } from "@nightjar/core/record/cell.ts";
import { phaseTally, type Usage } from "@nightjar/core/record/snapshot.ts";
import { zeroCounts } from "@nightjar/core/record/tally.ts";
import { BackendBook } from "./backend-book.ts";
import { CellRecorder } from "./cell-recorder.ts";
import { Recorder } from "./recorder.ts";
import { processUsage } from "./usage.ts";

const USAGE: Usage = { cpuNs: 1, wallNs: 2, rssBytes: 3 };

const SHAPE = { rowStartsNs: [0, 100, 200], targets: 2, recordHeaders: [] };
const PLACE = { phase: "measured", stage: 0, target: 0 } as const;

function newCell(recordHeaders: string[] = []): CellRecorder {
  return new CellRecorder(PLACE, new BackendBook(), recordHeaders);
}

describe("a cell", () => {
  test("empties with each flush, except for what is open", () => {
    const cell = newCell();
    cell.due = 5;
    cell.sent = 4;
    cell.completed = 2;
    cell.ok = 2;
    cell.inFlight = 2;
    cell.backlog = 1;
    cell.service.record(7);
    cell.inFlightAge.record(9);
    cell.inFlightAge.record(11);
    cell.backlogAge.record(13);
    const first = cell.flush();
    expect(first.counts).toEqual({ ...zeroCounts(), due: 5, sent: 4, completed: 2, ok: 2 });
    expect(first.openBefore).toEqual({ inFlight: 0, backlog: 0 });
    expect(first.open).toEqual({ inFlight: 2, backlog: 1 });
    expect(Object.keys(first.histograms)).toEqual(["service"]);
    expect([first.openAges.inFlight.count, first.openAges.backlog.count]).toEqual([2, 1]);
    expect(first.openAges.inFlight.max).toBe(11);

    cell.inFlight = 1;
    const second = cell.flush();
    expect(second.counts).toEqual(zeroCounts());
    expect(second.openBefore).toEqual(first.open);
    expect(second.open).toEqual({ inFlight: 1, backlog: 1 });
    expect(second.histograms).toEqual({});
    expect(second.openAges.inFlight.count).toBe(0);
    expect(first.open).toEqual({ inFlight: 2, backlog: 1 });
  });

  test("counts statuses of its interval alone", () => {
    const cell = newCell();
    for (const status of [200, 503, 200, 599, 100]) cell.countStatus(status);
    expect(cell.flush().statuses).toEqual({ 100: 1, 200: 2, 503: 1, 599: 1 });
    cell.countStatus(503);
    expect(cell.flush().statuses).toEqual({ 503: 1 });
    expect(cell.flush().statuses).toEqual({});
  });

  test("keeps the first of each error, and cuts it", () => {
    const cell = newCell();
    cell.countError("reset", "a".repeat(1000), 5);
    cell.countError("reset", "another", 6);
    cell.countError("timeout", "late", 7);
    const { errors } = cell.flush();
    expect(errors).toEqual({
      reset: { count: 2, sample: "a".repeat(200), atNs: 5 },
      timeout: { count: 1, sample: "late", atNs: 7 },
    });
    cell.countError("reset", "again", 8);
    expect(cell.flush().errors).toEqual({ reset: { count: 1, sample: "again", atNs: 8 } });
    expect(errors.reset.count).toBe(2);
  });

  test.each(["due", "sent", "dropped", "unsent", "completed", "failed", "censored"] as const)(
    "is not empty with one %s",
    (count) => {
      const recorder = new Recorder(SHAPE);
      expect(recorder.isEmpty).toBe(true);
      recorder.cellAt(150, 1)[count]++;
      expect(recorder.isEmpty).toBe(false);
      recorder.flush("c", 0, 0, USAGE);
      expect(recorder.isEmpty).toBe(true);
    },
  );
});

describe("an interval", () => {
  test("is one snapshot of one worker; the next begins at nothing", () => {
    const recorder = new Recorder(SHAPE);
    recorder.opened = 2;
    recorder.reused = 3;
    recorder.closedByServer = 1;
    recorder.connectionsFailed = 4;
    recorder.bytesSent = 10;
    recorder.bytesReceived = 20;
    const [first, second] = ["10.0.0.1", "10.0.0.2"].map((name) => recorder.backendNames.of(name));
    const { backends } = recorder.cellAt(100, 0);
    backends.answered(first, 5, false);
    backends.answered(first, 7, true);
    backends.failed(second);
    recorder.cellAt(99, 0).backends.answered(first, 9, false);
    recorder.turn.record(5);
    recorder.cellAt(99, 0).due = 1;
    const snapshot = recorder.flush("c.1", 2, 7, USAGE);
    expect(snapshot).toMatchObject({ type: "snapshot", child: "c.1", incarnation: 2, interval: 7 });
    const connections = { opened: 2, reused: 3, closedByServer: 1, failed: 4, resumed: 0 };
    expect(snapshot.connections).toEqual(connections);
    expect(snapshot.bytes).toEqual({ sent: 10, received: 20 });
    expect(snapshot.backends).toMatchObject({
      "10.0.0.1": { completed: 2, errors: 1, failed: 0, service: { count: 2, max: 7 } },
      "10.0.0.2": { completed: 0, errors: 0, failed: 1, service: { count: 0 } },
    });
    expect(snapshot.parts).toEqual({ expected: 1, received: 1 });
    const dues = PHASES.map((phase) => phaseTally(snapshot, phase).counts.due);
    expect([snapshot.turn.count, ...dues]).toEqual([1, 1, 0]);

    const next = recorder.flush("c.1", 2, 8, USAGE);
    expect(Object.values(next.connections)).toEqual([0, 0, 0, 0, 0]);
    expect([next.backends, next.cells, next.turn.count, next.bytes.sent]).toEqual([{}, [], 0, 0]);
  });

  test("each exchange belongs to the stage in which it is due, and to its target", () => {
    const recorder = new Recorder(SHAPE);
    const dues = [
      [0, 0],
      [99, 1],
      [100, 0],
      [199, 1],
      [200, 1],
      [150, 1],
      [5000, 0],
    ];
    for (const [dueNs, target] of dues) recorder.cellAt(dueNs, target).due++;
    const { cells } = recorder.flush("c", 0, 0, USAGE);
    const seen = cells.map(({ phase, stage, target, tally }) => [
      phase,
      stage,
      target,
      tally.counts.due,
    ]);
    expect(seen).toEqual([
      ["warmup", 0, 0, 1],
      ["warmup", 0, 1, 1],
      ["measured", 0, 0, 1],
      ["measured", 0, 1, 2],
      ["measured", 1, 0, 1],
      ["measured", 1, 1, 1],
    ]);
  });

  test("a cell is heard of for as long as something stands open in it", () => {
    const recorder = new Recorder(SHAPE);
    const cell = recorder.cellAt(0, 0);
    cell.inFlight = 1;
    expect(recorder.flush("c", 0, 0, USAGE).cells).toHaveLength(1);
    recorder.cellAt(300, 0).due++;
    expect(recorder.flush("c", 0, 1, USAGE).cells).toHaveLength(2);
    cell.inFlight = 0;
    const [last] = recorder.flush("c", 0, 2, USAGE).cells;
    expect([last.tally.openBefore.inFlight, last.tally.open.inFlight]).toEqual([1, 0]);
    expect(recorder.flush("c", 0, 3, USAGE).cells).toHaveLength(0);
  });

  test("numbers of headers are recorded beside what the service took more", () => {
    const cell = newCell(["a", "b"]);
    cell.recordNumbers(Float64Array.of(300, Number.NaN), 1000);
    cell.recordNumbers(Float64Array.of(500, 2000), 1000);
    const { histograms } = cell.flush();
    expect(Object.keys(histograms)).toEqual([
      "recorded:a",
      "overhead:a",
      "recorded:b",
      "overhead:b",
    ]);
    expect(histograms["recorded:a"]).toMatchObject({ count: 2, min: 300, max: 500 });
    expect(histograms["overhead:a"]).toMatchObject({ count: 2, min: 500, max: 700 });
    expect(histograms["overhead:b"]).toMatchObject({ count: 1, min: 0, max: 0 });
    expect(cell.flush().histograms).toEqual({});
  });
});

describe("the usage of the process", () => {
  test("is what it used since it was last asked", async () => {
    const meter = processUsage();
    meter.start();
    await Bun.sleep(300);
    const first = meter.take();
    const second = meter.take();
    expect(first.wallNs).toBeGreaterThan(290e6);
    expect(first.rssBytes).toBeGreaterThan(1e6);
    expect(first.cpuNs).toBeGreaterThanOrEqual(0);
    expect(second.wallNs).toBeLessThan(first.wallNs);
    expect(Number.isInteger(first.wallNs) && Number.isInteger(first.cpuNs)).toBe(true);
  });
});
