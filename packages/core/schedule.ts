/**
 * Schedule: a pure function from (Plan, seed) to the due time of exchange *i*, in nanoseconds after
 * T0: due(i) = xᵢ / rate, with xᵢ = i (constant) or Γᵢ, the sum of i+1 exponentials (Poisson). It
 * never sleeps and never reads a clock. Every child walks the same schedule and keeps its own *i*,
 * so the union is bit for bit that of one machine.
 */
import type { Plan } from "./plan.ts";
import { timing } from "./plan.ts";
import { SECOND_NS } from "./quantity.ts";
import { exponential, STREAM } from "./random.ts";
import { connectionsOf, hashed, type Ownership, type Share, striped } from "./share.ts";

/** Walks the owned exchanges in order. At the end `i` is −1 and `dueNs` infinite. */
export interface Cursor {
  /** Number of the current exchange. */
  i: number;
  /**
   * Its due time in ns after T0 (not rounded); in the closed loop always 0: due when a connection
   * is free.
   */
  dueNs: number;
  advance(): void;
}

/**
 * Float noise of rate × duration / 10⁹, three roundings of 2⁻⁵³ at most, must not add an exchange.
 */
const COUNT_TOLERANCE = 1e-15;

/** Exchanges of a constant plan: those due before the end, at most `requests`. */
export function constantCount(plan: Plan): number {
  const { endNs } = timing(plan);
  const requests = plan.load.requests ?? Number.MAX_SAFE_INTEGER;
  if (endNs === Number.POSITIVE_INFINITY) return requests;
  const exact = ((plan.load.rate as number) * endNs) / SECOND_NS;
  return Math.min(requests, Math.ceil(exact * (1 - COUNT_TOLERANCE)));
}

/** Divides last: i·10⁹ is exact, so that whole seconds come out whole at any rate. */
export function constantDueNs(i: number, ratePerS: number): number {
  return (i * SECOND_NS) / ratePerS;
}

class ConstantCursor implements Cursor {
  i = -1;
  dueNs = Number.POSITIVE_INFINITY;
  private next = 0;

  constructor(
    private readonly owns: Ownership,
    private readonly count: number,
    /** Infinite in the closed loop: everything is due at 0. */
    private readonly ratePerS: number,
  ) {
    this.advance();
  }

  advance(): void {
    while (this.next < this.count && !this.owns(this.next)) this.next++;
    if (this.next >= this.count) {
      this.i = -1;
      this.dueNs = Number.POSITIVE_INFINITY;
      return;
    }
    this.i = this.next++;
    this.dueNs = constantDueNs(this.i, this.ratePerS);
  }
}

class PoissonCursor implements Cursor {
  i = -1;
  dueNs = Number.POSITIVE_INFINITY;
  private next = 0;
  private sum = 0;

  constructor(
    private readonly owns: Ownership,
    private readonly requests: number,
    private readonly endNs: number,
    private readonly gapNs: number,
    private readonly seed: number,
  ) {
    this.advance();
  }

  advance(): void {
    while (this.next < this.requests) {
      const i = this.next++;
      this.sum += exponential(this.seed, STREAM.arrivals, i);
      const dueNs = this.sum * this.gapNs;
      if (dueNs >= this.endNs) break;
      if (!this.owns(i)) continue;
      this.i = i;
      this.dueNs = dueNs;
      return;
    }
    this.next = this.requests;
    this.i = -1;
    this.dueNs = Number.POSITIVE_INFINITY;
  }
}

/** The owned exchanges of `share`, from the first. */
export function schedule(plan: Plan, share: Share): Cursor {
  const { endNs } = timing(plan);
  const { rate, arrivals } = plan.load;
  const requests = connectionsOf(share) === 0 ? 0 : (plan.load.requests ?? Number.MAX_SAFE_INTEGER);
  if (rate === "max") return new ConstantCursor(striped(share), requests, Number.POSITIVE_INFINITY);
  if (arrivals === "poisson") {
    const gapNs = SECOND_NS / rate;
    return new PoissonCursor(hashed(share, plan.seed), requests, endNs, gapNs, plan.seed);
  }
  return new ConstantCursor(striped(share), Math.min(requests, constantCount(plan)), rate);
}
