/**
 * One plan through nightjar, fortio and vegeta, with as many workers each: the same load by the
 * server's log, and the same latency by what each of them says. They are each other's controls.
 */
import { afterAll, beforeAll, expect } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import type { OriginRow } from "@nightjar/origin/log.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { arrivalsInAnySecond, connectionsIn } from "@nightjar/testkit/arrivals.ts";
import { runReal } from "@nightjar/testkit/real-program.ts";
import { type FinishedRun, runPlan } from "@nightjar/testkit/runs.ts";
import { timed } from "@nightjar/testkit/timed.ts";

const RATE = 200;
const CONNECTIONS = 3;
/** As many exchanges for each connection: fortio has it so. */
const EXCHANGES = 900;
/**
 * Three are under way at times and never four: vegeta opens what it needs, and needs all. Each
 * connection is idle for a quarter of the time, or what a small hiccup has kept waiting would add
 * up to seconds that are too slow.
 */
const DELAY_MS = ((CONNECTIONS - 0.7) / RATE) * 1000;

const COUNT_TOLERANCE = 0.01;
const RATE_TOLERANCE = 0.1;
const MEDIAN_TOLERANCE_MS = 0.3;
/** Of a histogram. */
const PRECISION = 0.001;
/**
 * A fifth of the pause that takes a second's rate out of its tolerance. A median is moved only by
 * what keeps half of all exchanges waiting, and that comes with longer hiccups than these.
 */
const HARMFUL_MS = 20;

let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin("--log");
});
afterAll(() => origin.stop());

// The programs that may be missing first.
const GENERATORS = ["fortio", "vegeta", "nightjar"] as const;

interface Seen {
  readonly name: string;
  readonly result: FinishedRun["result"];
  readonly rows: readonly OriginRow[];
}

async function runWith(name: (typeof GENERATORS)[number], workers: number): Promise<Seen> {
  await fetch(`${origin.url}/.control/log`, { method: "DELETE" });
  const plan: PlanDocument = {
    targets: [{ url: `${origin.url}/?delay=${DELAY_MS}ms` }],
    load: { rate: RATE, connections: CONNECTIONS },
    duration: `${(EXCHANGES / RATE) * 1000}ms`,
    workers,
  };
  const run = name === "nightjar" ? runPlan(plan, { workers }) : runReal(name, plan);
  const { result } = await run;
  return { name, result, rows: await readOriginLog(origin.url) };
}

function expectWithin(what: string, actual: number, expected: number, share: number): void {
  if (Math.abs(actual - expected) <= share * expected) return;
  throw new Error(`${what}: ${actual}, expected ${expected} ± ${share * 100} %`);
}

function expectLoad({ name, result, rows }: Seen, workers: number): void {
  expectWithin(`${name}: requests`, rows.length, EXCHANGES, COUNT_TOLERANCE);
  const { completed } = result.accounting;
  expect([name, workers, completed]).toEqual([name, result.generator.workers, rows.length]);
  expect([name, connectionsIn(rows)]).toEqual([name, CONNECTIONS]);
  const { fewest, most } = arrivalsInAnySecond(rows);
  expectWithin(`${name}: the fewest in any second`, fewest, RATE, RATE_TOLERANCE);
  expectWithin(`${name}: the most in any second`, most, RATE, RATE_TOLERANCE);
}

/** From the arrival of a request to its answer, as the server saw it. */
function stayMedianMs(rows: readonly OriginRow[]): number {
  const staysNs = rows.map(({ arrivalNs, departureNs }) => departureNs - arrivalNs);
  return staysNs.sort((a, b) => a - b)[Math.ceil(staysNs.length / 2) - 1] / 1e6;
}

function serviceMedianMs({ name, result }: Seen): number {
  const median = result.latencyMs.service.percentiles["50"];
  if (typeof median === "number") return median;
  throw new Error(`${name}: the median is ${JSON.stringify(median)}`);
}

function expectSame(what: string, medians: Readonly<Record<string, number>>): void {
  const values = Object.values(medians);
  if (Math.max(...values) - Math.min(...values) <= MEDIAN_TOLERANCE_MS) return;
  throw new Error(`${what} more than ${MEDIAN_TOLERANCE_MS} ms apart: ${JSON.stringify(medians)}`);
}

function expectMedians(all: readonly Seen[]): void {
  const mediansMs = (of: (seen: Seen) => number) =>
    Object.fromEntries(all.map((seen) => [seen.name, of(seen)]));
  const staysMs = mediansMs(({ rows }) => stayMedianMs(rows));
  const servicesMs = mediansMs(serviceMedianMs);
  expectSame("medians of the server", staysMs);
  expectSame("medians of service", servicesMs);
  for (const [name, stayMs] of Object.entries(staysMs)) {
    expect([name, stayMs >= DELAY_MS]).toEqual([name, true]);
    expect([name, servicesMs[name] >= stayMs * (1 - PRECISION)]).toEqual([name, true]);
  }
}

for (const workers of [1, 2, 3]) {
  timed(
    `each with ${workers} of its workers: the same counts, connections, rates and medians`,
    { harmfulMs: HARMFUL_MS },
    async () => {
      const all: Seen[] = [];
      for (const name of GENERATORS) all.push(await runWith(name, workers));
      for (const seen of all) expectLoad(seen, workers);
      expectMedians(all);
    },
  );
}
