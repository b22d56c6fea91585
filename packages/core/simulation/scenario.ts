/** Scenario: everything about one simulated run, drawn from its seed. */

import type { Plan } from "../plan/plan.ts";
import { SECOND_NS } from "../plan/quantity.ts";
import { uniform } from "../random.ts";
import type { EnsembleOptions } from "../run/ensemble.ts";
import { planOf } from "./plans.ts";

export interface Scenario {
  readonly seed: number;
  readonly plan: Plan;
  readonly agents: number;
  readonly workersPerAgent: number;
  readonly lostChild: EnsembleOptions["lostChild"];
  /** When each worker's link breaks, ns after T0; infinite: never. */
  readonly workerCrashNs: readonly number[];
  readonly agentCrashNs: readonly number[];
  /** When the user asks to stop. */
  readonly stopNs: number;
  /** Snapshots take up to so long. */
  readonly delayNs: number;
}

export const RUN_NS = 60 * SECOND_NS;
const STEP_NS = 0.1 * SECOND_NS;
const STREAM = { scenario: 201, worker: 202, agent: 203, message: 204 } as const;

/** Whole tenths of a second, so that many things happen at the same instant. */
function steps(part: number, ofNs: number): number {
  return Math.round((part * ofNs) / STEP_NS) * STEP_NS;
}

function crashes(seed: number, stream: number, n: number, chance: number): number[] {
  return Array.from({ length: n }, (_, index) => {
    const crashed = uniform(seed, stream, 2 * index) < chance;
    const atNs = steps(uniform(seed, stream, 2 * index + 1), RUN_NS * 1.05);
    return crashed ? atNs + 0.05e9 : Number.POSITIVE_INFINITY;
  });
}

/** Fifty workers for a minute. `nested`: under ten agents, of which some may crash whole. */
export function scenarioOf(seed: number, nested: boolean): Scenario {
  const draw = (what: number) => uniform(seed, STREAM.scenario, what);
  const arrivals = draw(0) < 0.5 ? "constant" : "poisson";
  const warmup = draw(1) < 0.3 ? "2.5s" : "0s";
  const load = { rate: 20 + Math.floor(draw(2) * 60), arrivals, connections: 50, maxBacklog: 60 };
  const rest = { seed, warmup, duration: warmup === "0s" ? "60s" : "57.5s", timeout: "3s" };
  const agents = nested ? 10 : 1;
  const agentsCrash = nested && draw(3) < 0.3;
  return {
    seed,
    plan: planOf(load as Parameters<typeof planOf>[0], rest),
    agents,
    workersPerAgent: 50 / agents,
    lostChild: draw(4) < 0.3 ? "fail" : "degrade",
    workerCrashNs: crashes(seed, STREAM.worker, 50, agentsCrash || draw(5) < 0.3 ? 0 : 0.08),
    agentCrashNs: crashes(seed, STREAM.agent, agents, agentsCrash ? 0.2 : 0),
    stopNs: draw(6) < 0.3 ? steps(draw(7), RUN_NS) + 0.01e9 : Number.POSITIVE_INFINITY,
    delayNs: steps(draw(8), 4 * SECOND_NS),
  };
}

/** How often a message arrives, and after how long each time: by its number on its link. */
export function deliveriesOf({ seed, delayNs }: Scenario, link: number, message: number): number[] {
  const draw = (what: number) => uniform(seed, STREAM.message, (link * 1000 + message) * 4 + what);
  const late = draw(0) < 0.2 ? steps(draw(1), delayNs) : 0;
  return draw(2) < 0.1 ? [late, late + steps(draw(3), delayNs)] : [late];
}
