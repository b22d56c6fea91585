/** The checks of the conformance suite, each with what a generator must be able to do for it. */
import { expect } from "bun:test";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { phaseTally, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { schedule } from "@nightjar/core/schedule/schedule.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import type { OriginRow } from "@nightjar/origin/log.ts";
import { type Bench, range } from "./conformance-bench.ts";
import { runOn } from "./runs.ts";

/** What `CLOCK_MONOTONIC` may differ by between two processes that have asked for its offset. */
const CLOCK_TOLERANCE_NS = 20_000;
const LEAD_MS = 150;

interface Row {
  readonly what: string;
  /** Absent: every generator keeps to it. */
  readonly needs?: (capabilities: Capabilities) => boolean;
  readonly check: (bench: Bench) => Promise<void>;
}

const opens = ({ models }: Capabilities) => models.includes("open");
const closes = ({ models }: Capabilities) => models.includes("closed");
const warmsUp = ({ features }: Capabilities) => features.includes("warmup");
/** Services that start by a clock of their own look names up on their own machines. */
const looksUpHere = ({ start }: Capabilities) => start !== "wall";
const counts = ({ features }: Capabilities) => features.includes("requests");

export const CHECKS: readonly Row[] = [
  {
    what: "an open loop sends every exchange once, none before it is due",
    needs: (one) => opens(one) && warmsUp(one),
    check: openLoop,
  },
  { what: "a schedule begun late is that of one machine", needs: opens, check: lateBegin },
  {
    what: "a closed loop sends as many as were asked for",
    needs: (one) => closes(one) && one.start === "instant",
    check: closedLoop,
  },
  { what: "a closed loop ends with its time", needs: closes, check: timedLoop },
  {
    what: "a run that ends with its requests ends",
    needs: (one) => opens(one) && counts(one),
    check: openRequests,
  },
  { what: "the first stop lets what is in flight end", check: gracefulStop },
  { what: "the second stop waits for nothing", check: secondStop },
  { what: "a stop before the start is the end", check: stopBeforeStart },
  { what: "an abort while preparing leaves nothing", check: abortWhilePreparing },
  { what: "an abort before preparing leaves nothing", check: abortBeforePreparing },
  { what: "an unknown name is refused", needs: looksUpHere, check: unknownName },
];

async function openLoop(bench: Bench): Promise<void> {
  const load = { rate: 250, connections: bench.manyFor(375) };
  const plan = bench.plan("delay=2ms", load, { warmup: "300ms", duration: "1200ms" });
  const { result, events, t0Ns } = await runOn(bench.subject.generator, plan, { leadMs: LEAD_MS });
  bench.expectOrder(events, { child: "all" });
  // A program that ends with its time may do so before it has sent all.
  const unsent = bench.isInstant ? 0 : result.accounting.unsent;
  const sent = 300 - unsent;
  expect(result.accounting).toMatchObject({ due: 300, sent, completed: sent });
  expect(result.warmup).toEqual({ due: 75, sent: 75, completed: 75, failed: 0 });
  expect(result.durationS).toBe(1.2);
  expect(result.accounting.intervalsReceived).toBe(result.accounting.intervalsExpected);
  const dues = range(0, 375).map((i) => [i, (i / 250) * 1e9] as const);
  expectNoneEarly(bench, await bench.rows(), { t0Ns, dues: new Map(dues), unsent });
  await bench.noneOpen();
}

interface Expected {
  readonly t0Ns: number;
  /** Number → when it is due, ns after T0. */
  readonly dues: ReadonlyMap<number, number>;
  /** Of these, by who ends with its time, however late it is. */
  readonly unsent?: number;
  /** Sent in its last moment, perhaps, and on a connection that was closed before it was read. */
  readonly censored?: number;
}

/** Where they have no numbers, the n-th that arrives is not before the n-th that is due. */
function expectNoneEarly(bench: Bench, rows: readonly OriginRow[], expected: Expected) {
  const { t0Ns, dues, unsent = 0, censored = 0 } = expected;
  const arrived = [...rows].sort((a, b) => a.arrivalNs - b.arrivalNs);
  const inOrder = [...dues.keys()].sort((a, b) => a - b);
  if (bench.numbers) expect(numbersOf(rows)).toEqual(inOrder);
  else {
    const sent = inOrder.length - unsent;
    expect(rows.length).toBeWithin(sent - censored, sent + 1);
  }
  for (const [at, { number, arrivalNs }] of arrived.entries()) {
    const dueNs = dues.get(bench.numbers ? number : inOrder[at]) as number;
    expect(arrivalNs + CLOCK_TOLERANCE_NS).toBeGreaterThanOrEqual(t0Ns + dueNs);
  }
}

const TRIES = 4;

/** A service elsewhere was told when to begin once that had passed: so busy was the machine. */
function isTooLate(events: readonly RunEvent[]): boolean {
  const ended = events.at(-1);
  return ended?.type === "ended" && ended.reason.includes("date already transpired");
}

async function begunLate(bench: Bench, plan: Plan) {
  const run = await bench.prepare(plan, { from: 1 });
  const t0Ns = monotonicNs() + LEAD_MS * 1e6 - 1e9;
  run.start(t0Ns);
  return { t0Ns, events: await collect(run) };
}

/** T0 lies in the past; what was due before interval 1 is somebody else's. */
async function lateBegin(bench: Bench): Promise<void> {
  const arrivals = bench.capabilities.arrivals.includes("poisson") ? "poisson" : "constant";
  const load = { rate: 150, connections: bench.manyFor(150), arrivals };
  const plan = bench.plan("delay=1ms", load, { duration: "2s", seed: 5 });
  let { t0Ns, events } = await begunLate(bench, plan);
  for (let tries = 1; tries < TRIES && isTooLate(events); tries++) {
    ({ t0Ns, events } = await begunLate(bench, plan));
  }
  const { intervals } = bench.expectOrder(events, { from: 1, child: "c" });
  // An answer that comes after the plan's end has an interval of its own.
  if (bench.isInstant) expect(intervals).toBeWithin(1, 8);
  const dues = duesFrom(plan, 1e9);
  const [unsent, censored] = (["unsent", "censored"] as const).map((name) => {
    return bench.isInstant ? 0 : countIn(events, name);
  });
  expectNoneEarly(bench, await bench.rows(), { t0Ns, dues, unsent, censored });
}

function countIn(events: readonly RunEvent[], name: "unsent" | "censored"): number {
  const told = events.filter((event): event is Snapshot => event.type === "snapshot");
  return told.reduce((sum, one) => sum + phaseTally(one, "measured").counts[name], 0);
}

function duesFrom(plan: Plan, fromNs: number): Map<number, number> {
  const dues = new Map<number, number>();
  const cursor = schedule(plan, wholeShare(plan.load.connections));
  for (; cursor.i >= 0; cursor.advance()) {
    if (cursor.dueNs >= fromNs) dues.set(cursor.i, cursor.dueNs);
  }
  return dues;
}

async function closedLoop(bench: Bench): Promise<void> {
  const load = { model: "closed" as const, requests: 200, connections: 6 };
  const { result, events, t0Ns } = await runOn(bench.subject.generator, bench.plan("", load), {
    leadMs: LEAD_MS,
  });
  bench.expectOrder(events, { child: "all" });
  expect(result.accounting).toMatchObject({ due: 200, sent: 200, completed: 200 });
  expect(result.latencyMs.wait.max).toBe(0);
  const rows = await bench.rows();
  expect(numbersOf(rows)).toEqual(range(0, 200));
  for (const { arrivalNs } of rows) expect(arrivalNs + CLOCK_TOLERANCE_NS).toBeGreaterThan(t0Ns);
}

/** What is in flight at the end may be in no count of a program that does not tell of it. */
async function timedLoop(bench: Bench): Promise<void> {
  const load = { model: "closed" as const, connections: 6 };
  const plan = bench.plan("delay=2ms", load, { duration: "1s" });
  const { result, events } = await runOn(bench.subject.generator, plan, { leadMs: LEAD_MS });
  expect(bench.expectOrder(events, { child: "all" }).outcome).toBe("done");
  const { due, sent, failed } = result.accounting;
  const rows = await bench.rows();
  expect([due, failed]).toEqual([sent, 0]);
  expect(sent).toBeGreaterThan(0);
  expect(rows.length).toBeGreaterThanOrEqual(sent);
  expect(rows.length).toBeLessThanOrEqual(bench.capabilities.live ? sent : sent + 6);
  await bench.noneOpen();
}

async function openRequests(bench: Bench): Promise<void> {
  const plan = bench.plan("", { rate: 500, requests: 100, connections: 5 });
  const { result } = await runOn(bench.subject.generator, plan, { leadMs: LEAD_MS });
  const sent = 100 - (bench.isInstant ? 0 : result.accounting.unsent);
  expect(result.accounting).toMatchObject({ due: 100, sent, completed: sent });
  const rows = await bench.rows();
  expect(rows).toHaveLength(sent);
  if (bench.numbers) expect(numbersOf(rows)).toEqual(range(0, sent));
}

async function gracefulStop(bench: Bench): Promise<void> {
  const load = { rate: 100, connections: bench.manyFor(6000) };
  const plan = bench.plan("delay=300ms", load, { duration: "60s" });
  const { result, events } = await runOn(bench.subject.generator, plan, {
    leadMs: LEAD_MS,
    at: [{ ms: 800, act: ({ run }) => run.stop("enough") }],
  });
  const { outcome, reason, untilNs } = bench.expectOrder(events, { child: "all" });
  expect([outcome, reason]).toEqual(["stopped", "enough"]);
  const { due, sent, completed } = result.accounting;
  expect(completed).toBe(sent);
  const rows = await bench.rows();
  if (bench.numbers) expect(new Set(numbersOf(rows)).size).toBe(sent);
  if (bench.isOpen) expect(rows).toHaveLength(sent);
  if (bench.isInstant) expect(due).toBeLessThanOrEqual(Math.ceil((untilNs as number) / 1e7));
}

/** The drain is longer than the limit of the test. */
async function secondStop(bench: Bench): Promise<void> {
  const slow = { duration: "60s", timeout: "60s", drain: "60s" };
  const load = { rate: 100, connections: bench.manyFor(6000) };
  const { result, events } = await runOn(
    bench.subject.generator,
    bench.plan("silence=100", load, slow),
    {
      leadMs: LEAD_MS,
      at: [
        { ms: 600, act: ({ run }) => run.stop("enough") },
        { ms: 700, act: ({ run }) => run.stop("now") },
      ],
    },
  );
  const { outcome, reason } = bench.expectOrder(events, { child: "all" });
  expect([outcome, reason]).toEqual(["stopped", "enough"]);
  const { due, sent, censored, completed } = result.accounting;
  expect(completed).toBe(0);
  if (bench.isInstant) {
    expect(due).toBeGreaterThan(0);
    expect([sent, censored]).toEqual([due, due]);
  }
  await bench.noneOpen();
}

async function stopBeforeStart(bench: Bench): Promise<void> {
  const [accepted] = await bench.connections();
  const run = await bench.prepare(bench.plan("", { rate: 100, connections: 5 }));
  run.stop("never mind");
  const events = await collect(run);
  const ended = { type: "ended", child: "c", incarnation: 0, outcome: "stopped" } as const;
  expect(events).toEqual([{ ...ended, reason: "never mind", intervals: 0, untilNs: 0 }]);
  expect((await bench.connections())[0]).toBe(accepted);
}

async function abortWhilePreparing(bench: Bench): Promise<void> {
  const [accepted] = await bench.connections();
  const aborter = new AbortController();
  const plan = bench.plan("", { rate: 100, connections: 5 });
  const preparing = bench.prepare(plan, { signal: aborter.signal });
  aborter.abort("no more wanted");
  expect(await refusalOf(preparing)).toMatchObject({ code: "prepare-failed" });
  expect((await bench.connections())[0]).toBe(accepted);
}

async function abortBeforePreparing(bench: Bench): Promise<void> {
  const plan = bench.plan("", { rate: 100, connections: 5 });
  const preparing = bench.prepare(plan, { signal: AbortSignal.abort("not wanted") });
  expect(await refusalOf(preparing)).toMatchObject({ code: "prepare-failed" });
}

async function unknownName(bench: Bench): Promise<void> {
  const { targets: _, ...plan } = bench.plan("", { connections: 5 });
  const targets = [{ url: "http://nightjar-test.invalid/" }];
  const preparing = bench.prepare({ ...plan, targets });
  expect(await refusalOf(preparing)).toMatchObject({ code: "unknown-host" });
}

async function refusalOf(preparing: Promise<Run>): Promise<NightjarError> {
  try {
    await preparing;
  } catch (error) {
    expect(error).toBeInstanceOf(NightjarError);
    return error as NightjarError;
  }
  throw new Error("it got ready");
}

async function collect(run: Run): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events) events.push(event);
  return events;
}

function numbersOf(rows: readonly OriginRow[]): number[] {
  return rows.map(({ number }) => number).sort((a, b) => a - b);
}
