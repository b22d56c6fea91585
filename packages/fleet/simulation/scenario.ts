/** Scenario: everything about one simulated run over a fleet, drawn from its seed. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import type { Drift } from "../memory/drifting-clock.ts";
import type { Weather } from "../memory/weather.ts";
import type { LostAgent } from "../messages.ts";
import { Draw } from "./draw.ts";
import { S } from "./fleet-stage.ts";
import { drawnPlan } from "./scenario-plan.ts";
import { drawnWeather } from "./scenario-weather.ts";

export const FAULTS = [
  "kill agent",
  "cut agent",
  "silence agent",
  "stall agent",
  "leave agent",
  "restart broker",
  "kill coordinator",
  "cut coordinator",
  "interrupt",
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** After the coordinator began to prepare. */
  readonly atNs: number;
  /** Of an agent's; else unused. */
  readonly agent: number;
  /** Until it is healed; infinite: never. */
  readonly forNs: number;
  /** How often a person asks, a quarter of a second apart. */
  readonly times: number;
}

export interface Party {
  readonly weather: Weather;
  readonly drift: Drift;
  readonly outboxBytes: number | undefined;
}

export interface FleetScenario {
  readonly seed: number;
  readonly plan: Plan;
  readonly policy: LostAgent;
  readonly leaseNs: number;
  readonly orphanNs: number;
  readonly agents: readonly Party[];
  readonly coordinator: Weather;
  readonly streamBytes: number | undefined;
  readonly faults: readonly Fault[];
  /** When another coordinator wants all agents; `undefined`: nobody does. */
  readonly rivalNs: number | undefined;
}

const STREAM = { scenario: 401, plan: 402, faults: 403, party: 410 } as const;
/** About what the phases before T0 take. */
const BEFORE_START_NS = 2.2 * S;
/** A seed of its own for each party. */
const PARTIES = 64;

export function fleetScenarioOf(seed: number): FleetScenario {
  const draw = new Draw(seed, STREAM.scenario);
  const count = draw.whole(1, 5);
  const plan = drawnPlan(seed, new Draw(seed, STREAM.plan), count);
  const isStormy = draw.chance(0.35);
  const agents = Array.from({ length: count }, (_, at) => partyOf(seed, at, isStormy));
  const rivalNs = draw.chance(0.15) ? draw.between(0, 8 * S) : undefined;
  return {
    ...{ seed, plan, agents, rivalNs },
    policy: draw.one(["fail", "degrade"] as const),
    leaseNs: draw.whole(1, 8) * S,
    orphanNs: draw.whole(1, 12) * S,
    coordinator: drawnWeather(new Draw(seed, STREAM.party + PARTIES), seed * PARTIES + 63, {
      isStormy,
      isReader: true,
    }),
    streamBytes: draw.chance(0.08) ? draw.whole(4_000, 40_000) : undefined,
    faults: faultsOf(new Draw(seed, STREAM.faults), plan, count),
  };
}

function partyOf(seed: number, at: number, isStormy: boolean): Party {
  const draw = new Draw(seed, STREAM.party + at);
  const weather = drawnWeather(draw, seed * PARTIES + at, { isStormy, isReader: false });
  const mostNs = draw.one([0, 3 * S, 3 * 3600 * S]);
  const shiftNs = Math.round(draw.between(-mostNs, mostNs));
  const drift = { shiftNs, driftPpm: draw.chance(0.3) ? 0 : draw.between(-50, 50) };
  const outboxBytes = draw.chance(0.12) ? draw.whole(700, 8_000) : undefined;
  return { weather, drift, outboxBytes };
}

function faultsOf(draw: Draw, plan: Plan, agents: number): Fault[] {
  const { endNs } = timing(plan);
  const lastNs = BEFORE_START_NS + Math.min(endNs, 12 * S) + 5 * S;
  const count = draw.one([0, 1, 1, 2, 2, 3]);
  return Array.from({ length: count }, () => {
    const kind = draw.one(FAULTS);
    const agent = draw.whole(0, agents - 1);
    const heals = kind === "stall agent" || kind === "restart broker" || draw.chance(0.7);
    const forNs = heals ? draw.between(0.1 * S, 12 * S) : Number.POSITIVE_INFINITY;
    return { kind, agent, forNs, atNs: draw.between(0, lastNs), times: draw.whole(1, 3) };
  });
}
