/** Weights: by how much of the load each agent takes. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { AgentFacts } from "../messages.ts";

interface Placed {
  readonly facts: AgentFacts;
}

/**
 * Evenly, but nobody more than it will send: what some do not take is shared by the others. Throws
 * `refused` where all together send less than the plan wants.
 */
export function weightsOf({ load }: Plan, agents: readonly Placed[]): number[] {
  const caps = agents.map(({ facts }) => facts.maxRatePerS ?? Number.POSITIVE_INFINITY);
  if (load.rate === "max") return agents.map((agent) => unlimited(agent));
  const total = caps.reduce((sum, cap) => sum + cap, 0);
  if (total < load.rate) {
    throw new NightjarError(
      "refused",
      `the agents send at most ${total}/s together (--max-rate), and the plan wants ${load.rate}/s`,
    );
  }
  return filled(load.rate, caps);
}

function unlimited({ facts }: Placed): number {
  if (facts.maxRatePerS === null) return 1;
  throw new NightjarError(
    "refused",
    `agent ${facts.name} sends at most ${facts.maxRatePerS}/s (--max-rate), ` +
      "and the plan wants as much as there is",
  );
}

/** Water into vessels of these heights: each as high as the others, or full. */
function filled(amount: number, caps: readonly number[]): number[] {
  const order = caps.map((_, index) => index).sort((a, b) => caps[a] - caps[b]);
  const parts = new Array<number>(caps.length).fill(0);
  let left = amount;
  for (const [at, index] of order.entries()) {
    parts[index] = Math.min(caps[index], left / (order.length - at));
    left -= parts[index];
  }
  return parts;
}
