/**
 * Agents' clocks against the truth: in one machine all processes read one clock, so by how much an
 * agent's is shifted is known.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { type Ending, RealFleet } from "@nightjar/testkit/fleet/fleet.ts";
import { type Relay, startRelay } from "@nightjar/testkit/relay.ts";

let fleet: RealFleet;
let origin: ChildOrigin;
const relays: Relay[] = [];

const LEG_MS = 10;
/** On the way back alone. */
const LONGER_MS = 20;
/** 10 ms in a second. */
const DRIFT_PPM = 10_000;
const LIMIT_MS = 120_000;

interface Clock {
  readonly shiftNs?: number;
  readonly driftPpm?: number;
  readonly toAgentMs?: number;
}

/** Behind a relay of its own. */
async function addAgent(
  group: string,
  name: string,
  { toAgentMs = LEG_MS, ...clock }: Clock,
): Promise<void> {
  const target = { hostname: "127.0.0.1", port: fleet.nats.port };
  const relay = await startRelay({ target, delayToTargetMs: LEG_MS, delayToClientMs: toAgentMs });
  relays.push(relay);
  const nats = `nats://127.0.0.1:${relay.port}`;
  await fleet.addAgent({ nats, name, labels: { group }, ...clock });
}

beforeAll(async () => {
  origin = await startChildOrigin();
  fleet = await RealFleet.start();
}, 120_000);

afterAll(async () => {
  await fleet?.stop();
  for (const relay of relays) await relay.stop();
  await origin?.stop();
});

async function run(group: string, count: number, more: object = {}): Promise<Ending> {
  const coordinator = await fleet.coordinate({
    runId: `clock-${group}`,
    plan: {
      targets: [{ url: `${origin.url}/` }],
      load: { rate: 20, connections: 4 },
      duration: "3s",
      ...more,
    },
    demands: [{ label: { name: "group", value: group }, count }],
    lostAgent: "degrade",
  });
  return (await coordinator.ending) ?? {};
}

const SHIFT_NS = 3e9;
const ERROR_NS_MAX = 2e6;

/** What T0 was told to each agent by: how far that is from the truth, and how far it may be. */
async function clocksOf(group: string, trueNs: readonly number[]) {
  const { head } = await fleet.fold(`clock-${group}`);
  return head.children.map(({ clock }, at) => ({
    errorNs: Math.abs(clock.offsetNs - trueNs[at]),
    boundNs: clock.boundNs,
  }));
}

test.concurrent(
  "clocks 3 s before and behind, as far there as back: the error is at most 2 ms",
  async () => {
    await addAgent("shifted", "a0", { shiftNs: SHIFT_NS });
    await addAgent("shifted", "a1", { shiftNs: -SHIFT_NS });
    const { result } = await run("shifted", 2, { maxClockError: "1s" });
    for (const { errorNs, boundNs } of await clocksOf("shifted", [SHIFT_NS, -SHIFT_NS])) {
      expect(errorNs).toBeLessThanOrEqual(ERROR_NS_MAX);
      expect(errorNs).toBeLessThanOrEqual(boundNs);
    }
    for (const { agent } of result?.children ?? []) {
      expect(agent?.clockErrorMs).toBeLessThanOrEqual(agent?.clockErrorBoundMs as number);
    }
    expect(result?.accounting).toMatchObject({ due: 60, unknown: 0 });
  },
  LIMIT_MS,
);

test.concurrent(
  "a way back that is 20 ms longer is within the bound that is stated",
  async () => {
    await addAgent("askew", "a0", { shiftNs: SHIFT_NS, toAgentMs: LEG_MS + LONGER_MS });
    const { result } = await run("askew", 1);
    const [{ errorNs, boundNs }] = await clocksOf("askew", [SHIFT_NS]);
    expect(boundNs).toBeGreaterThanOrEqual((LONGER_MS / 2) * 1e6);
    expect(errorNs).toBeLessThanOrEqual(boundNs);
    expect(errorNs).toBeGreaterThan((LONGER_MS / 2) * 1e6 - ERROR_NS_MAX);
    const { agent } = result?.children[0] ?? {};
    expect(agent?.clockErrorBoundMs).toBeGreaterThanOrEqual(LONGER_MS / 2);
  },
  LIMIT_MS,
);

test.concurrent(
  "a clock that is known worse than the plan demands is refused",
  async () => {
    await addAgent("vague", "far", { toAgentMs: LEG_MS + LONGER_MS });
    const { refused, result } = await run("vague", 1, { maxClockError: "15ms" });
    expect(result).toBeUndefined();
    expect(refused).toMatch(
      /^agent far's clock is known within \d+\.\d ms, and the plan demands 15ms$/,
    );
  },
  LIMIT_MS,
);

test.concurrent(
  "a clock that runs away from ours makes a run inconclusive",
  async () => {
    await addAgent("drifting", "fast", { driftPpm: DRIFT_PPM });
    const { result } = await run("drifting", 1, { maxClockError: "60ms", duration: "10s" });
    const { agent, end } = result?.children[0] ?? {};
    expect(end?.outcome).toBe("done");
    // Of 10 s; the last reading is of a while before the end.
    expect(agent?.clockErrorMs).toBeGreaterThan(DRIFT_PPM * 1e-3 * 7);
    expect(result?.verdict.outcome).toBe("inconclusive");
    expect(result?.verdict.reasons.join("\n")).toMatch(
      /agent fast's clock may have been off by \d+\.\d ms, more than the plan allows/,
    );
  },
  LIMIT_MS,
);
