/**
 * What every LoadGenerator keeps to, whatever is behind it: an engine, a process, an ensemble, a
 * bad link. Judged by what it says and by the log of a real server, never by how fast it was.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { NightjarError } from "@nightjar/core/errors.ts";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Ended, LoadGenerator, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { schedule } from "@nightjar/core/schedule/schedule.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import type { OriginRow } from "@nightjar/origin/log.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { runOn, wholeOrder } from "./runs.ts";

export interface Subject {
  readonly generator: LoadGenerator;
  /** Of the processes under it: gone after `dispose`. */
  readonly pids?: readonly number[];
  /** `started` travels alone over a link that repeats and reorders: it may come twice, or not. */
  readonly looseStart?: boolean;
  dispose(): Promise<void>;
}

/** A fresh one for each run. */
export type MakeSubject = () => Promise<Subject> | Subject;

/** What `CLOCK_MONOTONIC` may differ by between two processes that have asked for its offset. */
const CLOCK_TOLERANCE_NS = 20_000;
const NUMBER_HEADER = "x-nightjar-number";
const LEAD_MS = 150;
/** So that none waits for another even where the machine stands still for a while. */
const MANY = 200;
const TEST_LIMIT_MS = 15_000;

type Check = (bench: Bench) => Promise<void>;

/** Defines the tests of one kind of LoadGenerator. */
export function conformance(name: string, make: MakeSubject): void {
  describe(`${name} is a LoadGenerator:`, () => {
    const bench = new Bench(make);
    beforeAll(() => bench.open());
    afterAll(() => bench.close());
    for (const [what, check] of Object.entries(CHECKS)) {
      test(what, () => bench.try(check), TEST_LIMIT_MS);
    }
  });
}

/** The server under load and the generator of one check. */
class Bench {
  subject!: Subject;
  private origin!: ChildOrigin;

  constructor(private readonly make: MakeSubject) {}

  async open(): Promise<void> {
    this.origin = await startChildOrigin("--log", "--number-header", NUMBER_HEADER);
  }

  async close(): Promise<void> {
    await this.origin.stop();
  }

  async try(check: Check): Promise<void> {
    await fetch(`${this.origin.url}/.control/log`, { method: "DELETE" });
    this.subject = await this.make();
    try {
      await check(this);
    } finally {
      await this.subject.dispose();
    }
    for (const pid of this.subject.pids ?? []) expect(isAlive(pid)).toBe(false);
  }

  /** `load` against a server that behaves like `behaviour`. */
  plan(behaviour: string, load: PlanDocument["load"], more: Partial<PlanDocument> = {}) {
    const targets = [{ url: `${this.origin.url}/?${behaviour}` }];
    return resolvePlan({ targets, load, numberHeader: NUMBER_HEADER, ...more });
  }

  prepare(plan: PlanDocument, more: { from?: number; signal?: AbortSignal } = {}): Promise<Run> {
    const { from = 0, signal = new AbortController().signal } = more;
    return this.subject.generator.prepare({ ...wholeOrder(resolvePlan(plan), "c"), from }, signal);
  }

  rows(): Promise<OriginRow[]> {
    return readOriginLog(this.origin.url);
  }

  /** Connections that have been open, and are. */
  async connections(): Promise<[accepted: number, open: number]> {
    const response = await fetch(`${this.origin.url}/.control/stats`);
    const stats = (await response.json()) as Record<string, number>;
    return [stats.connectionsAccepted, stats.connectionsOpen];
  }

  /** Once started; each interval once; once ended, which is the last word. */
  expectOrder(
    events: readonly RunEvent[],
    { from = 0, child }: { from?: number; child: string },
  ): Ended {
    const ended = events.at(-1) as Ended;
    expect(ended.type).toBe("ended");
    expect(events.filter(({ type }) => type === "ended")).toHaveLength(1);
    const starts = events.filter(({ type }) => type === "started").length;
    if (!this.subject.looseStart) expect(starts).toBe(1);
    for (const event of events) expect(event.child).toBe(child);
    const intervals = events.flatMap((one) => (one.type === "snapshot" ? one.interval : []));
    const { intervals: said } = ended;
    expect(intervals.sort((a, b) => a - b)).toEqual(range(from, from + (said as number)));
    return ended;
  }

  /** Sockets are closed at the server a moment after they are closed by us. */
  async noneOpen(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if ((await this.connections())[1] === 0) return;
      await Bun.sleep(20);
    }
    throw new Error("connections are still open at the server");
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const CHECKS: Record<string, Check> = {
  "an open loop sends every exchange once, none before it is due": openLoop,
  "a Poisson schedule begun late is that of one machine": lateBegin,
  "a closed loop sends as many as were asked for": closedLoop,
  "a run that ends with its requests ends": openRequests,
  "the first stop lets what is in flight end": gracefulStop,
  "the second stop waits for nothing": secondStop,
  "a stop before the start is the end": stopBeforeStart,
  "an abort while preparing leaves nothing": abortWhilePreparing,
  "an abort before preparing leaves nothing": abortBeforePreparing,
  "an unknown name is refused": unknownName,
};

async function openLoop(bench: Bench): Promise<void> {
  const load = { rate: 250, connections: MANY };
  const plan = bench.plan("delay=2ms", load, { warmup: "300ms", duration: "1200ms" });
  const { result, events, t0Ns } = await runOn(bench.subject.generator, plan, { leadMs: LEAD_MS });
  bench.expectOrder(events, { child: "all" });
  expect(result.accounting).toMatchObject({ due: 300, sent: 300, completed: 300 });
  expect(result.warmup).toEqual({ due: 75, sent: 75, completed: 75, failed: 0 });
  expect(result.durationS).toBe(1.2);
  expect(result.accounting.intervalsReceived).toBe(result.accounting.intervalsExpected);
  const rows = await bench.rows();
  expect(numbersOf(rows)).toEqual(range(0, 375));
  for (const { number, arrivalNs } of rows) {
    expect(arrivalNs + CLOCK_TOLERANCE_NS).toBeGreaterThanOrEqual(t0Ns + (number / 250) * 1e9);
  }
  await bench.noneOpen();
}

/** T0 lies in the past; what was due before interval 1 is somebody else's. */
async function lateBegin(bench: Bench): Promise<void> {
  const load = { rate: 300, connections: MANY, arrivals: "poisson" as const };
  const plan = bench.plan("delay=1ms", load, { duration: "1500ms", seed: 5 });
  const run = await bench.prepare(plan, { from: 1 });
  const t0Ns = monotonicNs() + LEAD_MS * 1e6 - 1e9;
  run.start(t0Ns);
  const events = await collect(run);
  const { intervals } = bench.expectOrder(events, { from: 1, child: "c" });
  expect(intervals).toBe(1);
  const expected = new Map<number, number>();
  const cursor = schedule(plan, wholeShare(MANY));
  for (; cursor.i >= 0; cursor.advance())
    if (cursor.dueNs >= 1e9) expected.set(cursor.i, cursor.dueNs);
  const rows = await bench.rows();
  expect(numbersOf(rows)).toEqual([...expected.keys()]);
  for (const { number, arrivalNs } of rows) {
    const dueNs = t0Ns + (expected.get(number) as number);
    expect(arrivalNs + CLOCK_TOLERANCE_NS).toBeGreaterThanOrEqual(dueNs);
  }
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

async function openRequests(bench: Bench): Promise<void> {
  const plan = bench.plan("", { rate: 500, requests: 100, connections: 5 });
  const { result } = await runOn(bench.subject.generator, plan, { leadMs: LEAD_MS });
  expect(result.accounting).toMatchObject({ due: 100, sent: 100, completed: 100 });
  expect(numbersOf(await bench.rows())).toEqual(range(0, 100));
}

async function gracefulStop(bench: Bench): Promise<void> {
  const plan = bench.plan("delay=300ms", { rate: 100, connections: MANY }, { duration: "60s" });
  const { result, events } = await runOn(bench.subject.generator, plan, {
    leadMs: LEAD_MS,
    at: [{ ms: 400, act: ({ run }) => run.stop("enough") }],
  });
  const { outcome, reason, untilNs } = bench.expectOrder(events, { child: "all" });
  expect([outcome, reason]).toEqual(["stopped", "enough"]);
  const { due, sent, completed } = result.accounting;
  expect(completed).toBe(sent);
  expect(due).toBeLessThanOrEqual(Math.ceil((untilNs as number) / 1e7));
  const rows = await bench.rows();
  expect(new Set(numbersOf(rows)).size).toBe(sent);
}

/** The drain is longer than the limit of the test. */
async function secondStop(bench: Bench): Promise<void> {
  const slow = { duration: "60s", timeout: "60s", drain: "60s" };
  const plan = bench.plan("silence=100", { rate: 100, connections: MANY }, slow);
  const { result, events } = await runOn(bench.subject.generator, plan, {
    leadMs: LEAD_MS,
    at: [
      { ms: 300, act: ({ run }) => run.stop("enough") },
      { ms: 350, act: ({ run }) => run.stop("now") },
    ],
  });
  const { outcome, reason } = bench.expectOrder(events, { child: "all" });
  expect([outcome, reason]).toEqual(["stopped", "enough"]);
  const { due, sent, censored } = result.accounting;
  expect(due).toBeGreaterThan(0);
  expect([sent, censored]).toEqual([due, due]);
  await bench.noneOpen();
}

async function stopBeforeStart(bench: Bench): Promise<void> {
  const [accepted] = await bench.connections();
  const run = await bench.prepare(bench.plan("", { rate: 100, connections: 6 }));
  run.stop("never mind");
  const events = await collect(run);
  const ended = { type: "ended", child: "c", incarnation: 0, outcome: "stopped" } as const;
  expect(events).toEqual([{ ...ended, reason: "never mind", intervals: 0, untilNs: 0 }]);
  expect((await bench.connections())[0]).toBe(accepted);
}

async function abortWhilePreparing(bench: Bench): Promise<void> {
  const [accepted] = await bench.connections();
  const aborter = new AbortController();
  const plan = bench.plan("", { rate: 100, connections: 6 });
  const preparing = bench.prepare(plan, { signal: aborter.signal });
  aborter.abort("no more wanted");
  expect(await refusalOf(preparing)).toMatchObject({ code: "prepare-failed" });
  expect((await bench.connections())[0]).toBe(accepted);
}

async function abortBeforePreparing(bench: Bench): Promise<void> {
  const plan = bench.plan("", { rate: 100, connections: 6 });
  const preparing = bench.prepare(plan, { signal: AbortSignal.abort("not wanted") });
  expect(await refusalOf(preparing)).toMatchObject({ code: "prepare-failed" });
}

async function unknownName(bench: Bench): Promise<void> {
  const targets = [{ url: "http://nightjar-test.invalid/" }];
  const preparing = bench.prepare({ targets, load: { connections: 6 } });
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

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
