/** Coordinators that want the same agents at the same time, with real parts. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import type { OriginRow } from "@nightjar/origin/log.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { type Ending, RealFleet } from "@nightjar/testkit/fleet/fleet.ts";

const AGENTS = 2;
const PAIRS = 5;
const RATE = 20;
/** Longer than anybody waits for an agent. */
const LONG_S = 14;
const SHORT_S = 1;

let fleet: RealFleet;
beforeAll(async () => {
  fleet = await RealFleet.start();
}, 120_000);
afterAll(() => fleet?.stop());

interface Outcome {
  readonly ending: Ending;
  readonly rows: readonly OriginRow[];
}

/** Two runs of the same agents, asked for at once, each against a server of its own. */
async function meet(name: string, pair: string, seconds: number): Promise<Outcome[]> {
  const origins = await Promise.all([1, 2].map(() => startChildOrigin("--log")));
  try {
    return await Promise.all(
      origins.map((origin, at) => lead(`${name}-${at}`, pair, origin, seconds)),
    );
  } finally {
    await Promise.all(origins.map((origin) => origin.stop()));
  }
}

async function lead(
  runId: string,
  pair: string,
  origin: ChildOrigin,
  seconds: number,
): Promise<Outcome> {
  const coordinator = await fleet.coordinate({
    runId,
    plan: {
      targets: [{ url: `${origin.url}/` }],
      load: { rate: RATE, connections: 20 },
      duration: `${seconds}s`,
      numberHeader: "x-nightjar-number",
    },
    demands: [{ label: { name: "pair", value: pair }, count: AGENTS }],
    lostAgent: "degrade",
  });
  const ending = (await coordinator.ending) ?? {};
  return { ending, rows: await readOriginLog(origin.url) };
}

/** A run is whole, or nothing of it was sent and it is said whose the agents are. */
function expectWholeOrRefused({ ending, rows }: Outcome, seconds: number): void {
  const numbers = rows.map(({ number }) => number).sort((a, b) => a - b);
  const { refused, result } = ending;
  const all = Array.from({ length: RATE * seconds }, (_, i) => i);
  expect(numbers).toEqual(refused === undefined ? all : []);
  if (refused === undefined) expect(result?.accounting.unknown).toBe(0);
  else
    expect(refused).toMatch(/2 agents with pair=\S+ wanted, . idle.*a\d is busy with run \S+ of/);
}

/** One has had its last answer before the other's first request. */
function expectNotInterleaved(outcomes: readonly Outcome[]): void {
  const [first, second] = outcomes
    .filter(({ rows }) => rows.length > 0)
    .map(({ rows }) => rows.map(({ arrivalNs }) => arrivalNs))
    .sort(([a], [b]) => a - b);
  expect(first).toBeDefined();
  if (second) expect(Math.max(...first)).toBeLessThan(Math.min(...second));
}

test("two coordinators at once, ten times: one gets all agents, then the other", async () => {
  const pairs = Array.from({ length: PAIRS }, (_, at) => `p${at}`);
  await Promise.all(pairs.map((pair) => fleet.addAgents(AGENTS, { labels: { pair } })));
  for (const round of [1, 2]) {
    const meetings = pairs.map((pair, at) => {
      const seconds = round === 1 && at === 0 ? LONG_S : SHORT_S;
      return meet(`${pair}-${round}`, pair, seconds).then((outcomes) => ({ outcomes, seconds }));
    });
    for (const { outcomes, seconds } of await Promise.all(meetings)) {
      for (const outcome of outcomes) expectWholeOrRefused(outcome, seconds);
      expectNotInterleaved(outcomes);
      const refused = outcomes.filter(({ ending }) => ending.refused !== undefined);
      if (seconds === LONG_S) expect(refused).toHaveLength(1);
    }
  }
}, 240_000);
