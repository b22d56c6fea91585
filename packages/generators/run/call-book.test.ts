/** Whatever the calls, in whatever order they are told: the books add up, second by second. */
import { expect, test } from "bun:test";
import { PHASES, type Phase } from "@nightjar/core/record/cell.ts";
import { phaseTally, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import fc from "fast-check";
import { sampleJob } from "../sample-job.ts";
import type { Call } from "./call.ts";
import { CallBook, type CallsEnd } from "./call-book.ts";

const MS = 1e6;
/** 100/s for 3 s, of which the first is the warm-up. */
const JOB = sampleJob({ load: { rate: 100, connections: 8 }, duration: "2s", warmup: "1s" });

interface Told {
  readonly calls: readonly Call[];
  readonly end: CallsEnd;
}

const told: fc.Arbitrary<Told> = fc
  .record({
    count: fc.nat(300),
    lateMs: fc.array(fc.nat(1500), { minLength: 300, maxLength: 300 }),
    latencyMs: fc.array(fc.nat(2500), { minLength: 300, maxLength: 300 }),
    status: fc.array(fc.constantFrom(0, 200, 200, 200, 503), { minLength: 300, maxLength: 300 }),
    untilMs: fc.constantFrom(3000, 3000, 1700, 400),
    inFlight: fc.nat(8),
    restIsUnsent: fc.boolean(),
    beginMs: fc.nat(1200),
  })
  .map(({ count, lateMs, latencyMs, status, untilMs, inFlight, restIsUnsent, beginMs }) => ({
    calls: Array.from({ length: count }, (_, number) => ({
      ...{ number, startNs: (beginMs + number * 10 + lateMs[number]) * MS },
      ...{ latencyNs: latencyMs[number] * MS, status: status[number] },
    })),
    end: { untilNs: untilMs * MS, inFlight, restIsUnsent },
  }));

/** Calls are told when they end; what began before the earliest that is left is known. */
function snapshotsOf({ calls, end }: Told): Snapshot[] {
  const snapshots: Snapshot[] = [];
  const name = { child: "c", incarnation: 0 };
  const book = new CallBook(
    JOB,
    name,
    (snapshot) => snapshots.push(snapshot),
    () => ({}),
  );
  const left = [...calls].sort((a, b) => a.startNs + a.latencyNs - b.startNs - b.latencyNs);
  while (left.length > 0) {
    const call = left.shift() as Call;
    book.add(call);
    const knownNs = Math.min(...left.map(({ startNs }) => startNs), Number.POSITIVE_INFINITY);
    const nowNs = call.startNs + call.latencyNs;
    book.closeUpTo(knownNs, nowNs);
  }
  book.finish(end);
  expect(book.emitted).toBe(snapshots.length);
  return snapshots;
}

const sum = (snapshots: readonly Snapshot[], of: (snapshot: Snapshot) => number) =>
  snapshots.reduce((total, snapshot) => total + of(snapshot), 0);

function checkPhase(phase: Phase, snapshots: readonly Snapshot[]): void {
  let open = { inFlight: 0, backlog: 0 };
  for (const snapshot of snapshots) {
    const tally = phaseTally(snapshot, phase);
    const { due, sent, unsent, unknown, completed, failed, censored, ok, errors } = tally.counts;
    if (snapshot.cells.some((cell) => cell.phase === phase)) expect(tally.openBefore).toEqual(open);
    open = {
      inFlight: open.inFlight + sent - completed - failed - censored,
      backlog: open.backlog + due - sent - unsent - unknown,
    };
    expect(Math.min(due, open.inFlight, open.backlog)).toBeGreaterThanOrEqual(0);
    expect(tally.open).toEqual(open);
    expect(tally.openAges.inFlight.count).toBe(open.inFlight);
    expect(tally.openAges.backlog.count).toBe(open.backlog);
    expect(ok + errors).toBe(completed);
    expect(tally.histograms.service?.count ?? 0).toBe(completed);
    expect(tally.histograms.failedAge?.count ?? 0).toBe(failed);
  }
  expect(open).toEqual({ inFlight: 0, backlog: 0 });
}

test("every interval and phase balances, and all that was told is in them", () => {
  fc.assert(
    fc.property(told, (one) => {
      const snapshots = snapshotsOf(one);
      expect(snapshots.map(({ interval }) => interval)).toEqual(snapshots.map((_, at) => at));
      for (const phase of PHASES) checkPhase(phase, snapshots);
      const total = (count: "sent" | "completed" | "failed" | "censored" | "due") =>
        sum(snapshots, (snapshot) =>
          PHASES.reduce((so, phase) => so + phaseTally(snapshot, phase).counts[count], 0),
        );
      const { calls, end } = one;
      const failed = calls.filter(({ status }) => status === 0).length;
      expect(total("sent")).toBe(calls.length + end.inFlight);
      expect([total("failed"), total("completed")]).toEqual([failed, calls.length - failed]);
      expect(total("censored")).toBe(end.inFlight);
      const planned = Math.min(300, Math.ceil(end.untilNs / MS / 10));
      expect(total("due")).toBeGreaterThanOrEqual(planned);
      expect(total("due")).toBeLessThanOrEqual(300 + end.inFlight);
    }),
  );
});

test("by the second: when it began, when it ended, and what crosses", () => {
  const call = (number: number, startMs: number, latencyMs: number) => ({
    ...{ number, startNs: startMs * MS, latencyNs: latencyMs * MS, status: 200 },
  });
  const calls = [call(0, 20, 30), call(1, 30, 1500), call(150, 1530, 10)];
  const end = { untilNs: 3000 * MS, inFlight: 0, restIsUnsent: true };
  const snapshots = snapshotsOf({ calls, end });
  const [first, second] = snapshots.map((snapshot) => phaseTally(snapshot, "warmup"));
  expect([first.counts.sent, first.counts.completed, first.open.inFlight]).toEqual([2, 1, 1]);
  expect(first.openAges.inFlight.max).toBe(970 * MS);
  expect([second.counts.sent, second.counts.completed]).toEqual([0, 1]);
  const measured = snapshots.map((snapshot) => phaseTally(snapshot, "measured"));
  expect(measured.map(({ counts }) => counts.completed)).toEqual([0, 1, 0, 0]);
  // Load began at 20 ms: the second from 1 s on has those that are due from 0.98 s on.
  expect([first.counts.due, second.counts.due]).toEqual([98, 2]);
});
