/** A large scenario: a thousand agents, for as long as is asked, with loss, crashes and drift. */
import type { Weather } from "../memory/weather.ts";
import { Draw } from "./draw.ts";
import { planFor, S } from "./fleet-stage.ts";
import type { Fault, FleetScenario, Party } from "./scenario.ts";

const STREAM = { agents: 421, faults: 422 } as const;
const MS = 1e6;
const RUN_S = 600;
/** Of an exchange per agent and second each is in the books: more would not say more. */
const RATE_PER_AGENT = 0.5;

export interface Size {
  readonly agents: number;
  readonly seconds: number;
}

export const THOUSAND: Size = { agents: 1000, seconds: RUN_S };

export function largeScenarioOf(seed: number, { agents, seconds }: Size): FleetScenario {
  const draw = new Draw(seed, STREAM.agents);
  const load = { rate: agents * RATE_PER_AGENT, connections: agents, arrivals: "constant" };
  return {
    seed,
    plan: planFor(load, { seed, duration: `${seconds}s`, timeout: "3s" }),
    policy: "degrade",
    leaseNs: 10 * S,
    orphanNs: 60 * S,
    agents: Array.from({ length: agents }, (_, at) => partyOf(draw, seed * agents + at)),
    coordinator: { seed, stepNs: 5 * MS, upNs: delay(1, 10), downNs: delay(1, 10) },
    streamBytes: undefined,
    faults: faultsOf(new Draw(seed, STREAM.faults), agents, seconds),
    rivalNs: undefined,
  };
}

function delay(leastMs: number, mostMs: number) {
  return { leastNs: leastMs * MS, mostNs: mostMs * MS };
}

function partyOf(draw: Draw, seed: number): Party {
  const chance = draw.chance(0.2) ? 0.01 : 0.001;
  const loss = { publish: chance, request: chance, reply: chance, append: chance };
  const weather: Weather = {
    ...{ seed, stepNs: 5 * MS, upNs: delay(1, 20), downNs: delay(1, draw.chance(0.1) ? 80 : 20) },
    loss: { ...loss, acknowledgement: chance },
    repeats: [{ chance: 0.005, afterNs: { leastNs: 0, mostNs: 300 * S } }],
  };
  const shiftNs = Math.round(draw.between(-3600 * S, 3600 * S));
  return { weather, drift: { shiftNs, driftPpm: draw.between(-50, 50) }, outboxBytes: undefined };
}

/** One agent in fifty dies, one in thirty is cut off for a while; the broker goes away twice. */
function faultsOf(draw: Draw, agents: number, seconds: number): Fault[] {
  const fault = (kind: Fault["kind"], forNs: number): Fault => {
    const atNs = draw.between(4, seconds) * S;
    return { kind, agent: draw.whole(0, agents - 1), forNs, atNs, times: 1 };
  };
  const many = (part: number, make: () => Fault) =>
    Array.from({ length: Math.ceil(agents / part) }, make);
  return [
    ...many(50, () => fault("kill agent", Number.POSITIVE_INFINITY)),
    ...many(30, () => fault("cut agent", draw.between(0.5, 40) * S)),
    fault("restart broker", 2 * S),
    fault("restart broker", 4 * S),
  ];
}
