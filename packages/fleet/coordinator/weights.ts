/** Weights: by how much of the load each agent takes. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { AgentFacts } from "../messages.ts";

interface Placed {
  readonly facts: AgentFacts;
}

/**
 * By connections, which are shared whole. Evenly, but nobody more than it will send: what some do
 * not take is shared by the others. Throws `refused` where all together send less than the plan
 * wants, or one nothing at all.
 */
export function weightsOf({ load }: Plan, agents: readonly Placed[]): number[] {
  const { rate, connections } = load;
  if (rate === "max") return agents.map((agent) => unlimited(agent));
  const caps = agents.map(({ facts }) => facts.maxRatePerS ?? Number.POSITIVE_INFINITY);
  if (caps.every((cap) => cap === Number.POSITIVE_INFINITY)) return agents.map(() => 1);
  const most = connectionsFor({ rate, connections }, caps, agents);
  return filled(connections, most);
}

/** How many connections each takes at most. Throws `refused` where they do not take all. */
function connectionsFor(
  { rate, connections }: { readonly rate: number; readonly connections: number },
  caps: readonly number[],
  agents: readonly Placed[],
): number[] {
  const total = sum(caps);
  if (total < rate) refuse(`the agents send at most ${total}/s together (--max-rate)`, rate);
  const each = `with ${Number((rate / connections).toPrecision(3))}/s each`;
  const most = caps.map((cap) => connectionsWithin(cap, rate, connections));
  const idle = most.indexOf(0);
  if (idle >= 0) {
    const { name } = agents[idle].facts;
    const limit = `agent ${name} sends at most ${caps[idle]}/s (--max-rate)`;
    refuse(`${limit}, not one of the ${connections} connections ${each}`, rate, "more connections");
  }
  const held = sum(most);
  if (held < connections) {
    const what = `of the ${connections} connections, ${each}, the agents take ${held} (--max-rate)`;
    refuse(what, rate, "more agents, or more connections, which are shared whole");
  }
  return most;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function refuse(what: string, ratePerS: number, hint?: string): never {
  throw new NightjarError("refused", `${what}, and the plan wants ${ratePerS}/s`, hint);
}

function unlimited({ facts }: Placed): number {
  if (facts.maxRatePerS === null) return 1;
  throw new NightjarError(
    "refused",
    `agent ${facts.name} sends at most ${facts.maxRatePerS}/s (--max-rate), ` +
      "and the plan wants as much as there is",
  );
}

/** How many of `connections`, which share `ratePerS`, an agent of this limit takes. */
function connectionsWithin(capPerS: number, ratePerS: number, connections: number): number {
  const exact = (capPerS * connections) / ratePerS;
  return Math.min(connections, Math.floor(exact * (1 + ROUNDING)));
}

/** A limit that is a share exactly is kept, however its fraction is rounded. */
const ROUNDING = 1e-9;

/** Water into vessels of these whole heights: each as high as the others, or full; in drops. */
function filled(amount: number, heights: readonly number[]): number[] {
  const order = heights.map((_, index) => index).sort((a, b) => heights[a] - heights[b]);
  const parts = new Array<number>(heights.length).fill(0);
  let left = amount;
  for (const [at, index] of order.entries()) {
    parts[index] = Math.min(heights[index], Math.floor(left / (order.length - at)));
    left -= parts[index];
  }
  return parts;
}
