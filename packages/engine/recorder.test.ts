import { describe, expect, test } from "bun:test";
import type { Usage } from "@nightjar/core/snapshot.ts";
import { zeroCounts } from "@nightjar/core/tally.ts";
import { PhaseRecorder, Recorder } from "./recorder.ts";
import { processUsage } from "./usage.ts";

const USAGE: Usage = { cpuNs: 1, wallNs: 2, rssBytes: 3 };

describe("a phase", () => {
  test("empties with each flush, except for what is open", () => {
    const phase = new PhaseRecorder();
    phase.due = 5;
    phase.sent = 4;
    phase.completed = 2;
    phase.ok = 2;
    phase.inFlight = 2;
    phase.backlog = 1;
    phase.service.record(7);
    phase.inFlightAge.record(9);
    phase.inFlightAge.record(11);
    phase.backlogAge.record(13);
    const first = phase.flush();
    expect(first.counts).toEqual({ ...zeroCounts(), due: 5, sent: 4, completed: 2, ok: 2 });
    expect(first.openBefore).toEqual({ inFlight: 0, backlog: 0 });
    expect(first.open).toEqual({ inFlight: 2, backlog: 1 });
    expect(Object.keys(first.histograms)).toEqual(["service"]);
    expect([first.openAges.inFlight.count, first.openAges.backlog.count]).toEqual([2, 1]);
    expect(first.openAges.inFlight.max).toBe(11);

    phase.inFlight = 1;
    const second = phase.flush();
    expect(second.counts).toEqual(zeroCounts());
    expect(second.openBefore).toEqual(first.open);
    expect(second.open).toEqual({ inFlight: 1, backlog: 1 });
    expect(second.histograms).toEqual({});
    expect(second.openAges.inFlight.count).toBe(0);
    expect(first.open).toEqual({ inFlight: 2, backlog: 1 });
  });

  test("counts statuses of its interval alone", () => {
    const phase = new PhaseRecorder();
    for (const status of [200, 503, 200, 599, 100]) phase.countStatus(status);
    expect(phase.flush().statuses).toEqual({ 100: 1, 200: 2, 503: 1, 599: 1 });
    phase.countStatus(503);
    expect(phase.flush().statuses).toEqual({ 503: 1 });
    expect(phase.flush().statuses).toEqual({});
  });

  test("keeps the first of each error, and cuts it", () => {
    const phase = new PhaseRecorder();
    phase.countError("reset", "a".repeat(1000), 5);
    phase.countError("reset", "another", 6);
    phase.countError("timeout", "late", 7);
    const { errors } = phase.flush();
    expect(errors).toEqual({
      reset: { count: 2, sample: "a".repeat(200), atNs: 5 },
      timeout: { count: 1, sample: "late", atNs: 7 },
    });
    phase.countError("reset", "again", 8);
    expect(phase.flush().errors).toEqual({ reset: { count: 1, sample: "again", atNs: 8 } });
    expect(errors.reset.count).toBe(2);
  });

  test.each(["due", "sent", "dropped", "unsent", "completed", "failed", "censored"] as const)(
    "is not empty with one %s",
    (count) => {
      const recorder = new Recorder();
      expect(recorder.isEmpty).toBe(true);
      recorder.measured[count]++;
      expect(recorder.isEmpty).toBe(false);
      recorder.flush("c", 0, 0, USAGE);
      expect(recorder.isEmpty).toBe(true);
    },
  );
});

describe("an interval", () => {
  test("is one snapshot of one worker; the next begins at nothing", () => {
    const recorder = new Recorder();
    recorder.opened = 2;
    recorder.reused = 3;
    recorder.closedByServer = 1;
    recorder.connectionsFailed = 4;
    recorder.bytesSent = 10;
    recorder.bytesReceived = 20;
    recorder.countBackend("10.0.0.1");
    recorder.countBackend("10.0.0.1");
    recorder.countBackend("10.0.0.2");
    recorder.turn.record(5);
    recorder.warmup.due = 1;
    const first = recorder.flush("c.1", 2, 7, USAGE);
    expect(first).toMatchObject({ type: "snapshot", child: "c.1", incarnation: 2, interval: 7 });
    expect(first.connections).toEqual({ opened: 2, reused: 3, closedByServer: 1, failed: 4 });
    expect(first.bytes).toEqual({ sent: 10, received: 20 });
    expect(first.backends).toEqual({ "10.0.0.1": 2, "10.0.0.2": 1 });
    expect(first.parts).toEqual({ expected: 1, received: 1 });
    expect([first.turn.count, first.warmup.counts.due, first.measured.counts.due]).toEqual([
      1, 1, 0,
    ]);

    const second = recorder.flush("c.1", 2, 8, USAGE);
    expect(second.connections).toEqual({ opened: 0, reused: 0, closedByServer: 0, failed: 0 });
    expect([second.backends, second.turn.count, second.bytes.sent]).toEqual([{}, 0, 0]);
    expect(first.backends).toEqual({ "10.0.0.1": 2, "10.0.0.2": 1 });
  });
});

describe("the usage of the process", () => {
  test("is what it used since it was last asked", async () => {
    const meter = processUsage();
    meter.start();
    await Bun.sleep(30);
    const first = meter.take();
    const second = meter.take();
    expect(first.wallNs).toBeGreaterThan(25e6);
    expect(first.rssBytes).toBeGreaterThan(1e6);
    expect(first.cpuNs).toBeGreaterThanOrEqual(0);
    expect(second.wallNs).toBeLessThan(first.wallNs);
    expect(Number.isInteger(first.wallNs) && Number.isInteger(first.cpuNs)).toBe(true);
  });
});
