/**
 * Arrivals: the place of exchange *i* among the cumulative exchanges, xᵢ; it is due at Λ⁻¹(xᵢ).
 *
 *     constant      │   │   │   │   │   │      i
 *     jitter:50%    │ │      │ │     ││        i + share·Uᵢ, Uᵢ uniform in [0, 1)
 *     burst:3       ┃           ┃              n·⌊i/n⌋: n at once
 *     poisson        ││    │  │ │      │       Γᵢ, the sum of i + 1 exponentials of mean 1
 *
 * All but Poisson can be told one by one. A burst that begins before the end is whole.
 */
import { assert } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { type Arrivals, parseArrivals } from "../plan/plan-load.ts";
import { SECOND_NS } from "../plan/quantity.ts";
import { STREAM, uniform } from "../random.ts";
import { RateProfile } from "./rate-profile.ts";

/** The arrivals of a plan where each can be told without those before it. */
export interface IndexedArrivals {
  /** How many there are: those that are due before the end, at most the plan's requests. */
  readonly count: number;
  /** How many are due at once. */
  readonly size: number;
  /** When *i*, below `count`, is due, ns after T0 (not rounded); not before *i* − 1 is. */
  readonly dueNs: (i: number) => number;
  /** Where `dueNs` is `evenDueNs` of this rate: for those who must be fast. */
  readonly evenPerS?: number;
}

/** Divides last: i·10⁹ is exact, so that whole seconds come out whole at any rate. */
export function evenDueNs(i: number, ratePerS: number): number {
  return (i * SECOND_NS) / ratePerS;
}

export function isPoisson(plan: Plan): boolean {
  return parseArrivals(plan.load.arrivals).process === "poisson";
}

/** For any plan but a Poisson one. In the closed loop everything is due at 0. */
export function indexedArrivals(plan: Plan): IndexedArrivals {
  const { model, rate, stages, requests = Number.MAX_SAFE_INTEGER } = plan.load;
  if (model === "closed") return evenArrivals(requests, Number.POSITIVE_INFINITY);
  const arrivals = parseArrivals(plan.load.arrivals);
  assert(arrivals.process !== "poisson", "Poisson arrivals cannot be told one by one");
  const profile = new RateProfile(plan);
  const positionOf = positions(arrivals, plan.seed);
  const count = Math.min(requests, countBefore(profile.total, arrivals, positionOf));
  const isEven = stages === undefined && arrivals.process === "constant";
  if (isEven) return evenArrivals(count, rate as number);
  const size = arrivals.process === "burst" ? arrivals.size : 1;
  return { count, size, dueNs: (i) => profile.dueNs(positionOf(i)) };
}

function evenArrivals(count: number, evenPerS: number): IndexedArrivals {
  return { count, size: 1, dueNs: (i) => evenDueNs(i, evenPerS), evenPerS };
}

function positions(arrivals: Arrivals, seed: number): (i: number) => number {
  if (arrivals.process === "burst") {
    const { size } = arrivals;
    return (i) => i - (i % size);
  }
  if (arrivals.process === "jitter") {
    const { share } = arrivals;
    return (i) => i + share * uniform(seed, STREAM.jitter, i);
  }
  return (i) => i;
}

/** How many stand before `total`. Only jitter may push the last one over it. */
function countBefore(total: number, arrivals: Arrivals, positionOf: (i: number) => number): number {
  if (arrivals.process === "burst") return arrivals.size * Math.ceil(total / arrivals.size);
  const count = Math.ceil(total);
  const over = Number.isFinite(count) && count > 0 && positionOf(count - 1) >= total;
  return over ? count - 1 : count;
}
