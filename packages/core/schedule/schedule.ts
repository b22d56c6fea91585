/**
 * Schedule: a pure function from (Plan, seed) to the due time of exchange *i*, in nanoseconds after
 * T0: due(i) = Λ⁻¹(xᵢ), with Λ the cumulative rate (`rate-profile.ts`) and xᵢ the place of *i* on
 * it (`arrivals.ts`). It never sleeps and never reads a clock. Every child walks the same schedule
 * and keeps its own *i*, so the union is bit for bit that of one machine.
 */

import type { Plan } from "../plan/plan.ts";
import { exponential, STREAM } from "../random.ts";
import { evenDueNs, indexedArrivals, isPoisson } from "./arrivals.ts";
import { RateProfile } from "./rate-profile.ts";
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

/** `due` is a method of the class: called as a function that was handed in it took 5 ns more. */
abstract class StripedCursor implements Cursor {
  i = -1;
  dueNs = Number.POSITIVE_INFINITY;
  private next = 0;

  constructor(
    private readonly owns: Ownership,
    private readonly count: number,
  ) {}

  protected abstract due(i: number): number;

  advance(): void {
    while (this.next < this.count && !this.owns(this.next)) this.next++;
    if (this.next >= this.count) {
      this.i = -1;
      this.dueNs = Number.POSITIVE_INFINITY;
      return;
    }
    this.i = this.next++;
    this.dueNs = this.due(this.i);
  }
}

class ConstantCursor extends StripedCursor {
  constructor(
    owns: Ownership,
    count: number,
    private readonly ratePerS: number,
  ) {
    super(owns, count);
    this.advance();
  }

  protected due(i: number): number {
    return evenDueNs(i, this.ratePerS);
  }
}

/** Jitter, bursts and stages. */
class IndexedCursor extends StripedCursor {
  constructor(
    owns: Ownership,
    count: number,
    private readonly dueNsOf: (i: number) => number,
  ) {
    super(owns, count);
    this.advance();
  }

  protected due(i: number): number {
    return this.dueNsOf(i);
  }
}

/** Draws the gaps of all, and stops at those that are owned. */
class PoissonCursor implements Cursor {
  i = -1;
  dueNs = Number.POSITIVE_INFINITY;
  private next = 0;
  private sum = 0;

  constructor(
    private readonly owns: Ownership,
    private readonly requests: number,
    private readonly profile: RateProfile,
    private readonly seed: number,
  ) {
    this.advance();
  }

  advance(): void {
    while (this.next < this.requests) {
      const i = this.next++;
      this.sum += exponential(this.seed, STREAM.arrivals, i);
      if (this.sum >= this.profile.total) break;
      if (!this.owns(i)) continue;
      this.i = i;
      this.dueNs = this.profile.dueNs(this.sum);
      return;
    }
    this.next = this.requests;
    this.i = -1;
    this.dueNs = Number.POSITIVE_INFINITY;
  }
}

/** The owned exchanges of `share`, from the first. */
export function schedule(plan: Plan, share: Share): Cursor {
  const isIdle = connectionsOf(share) === 0;
  if (isPoisson(plan)) {
    const requests = isIdle ? 0 : (plan.load.requests ?? Number.MAX_SAFE_INTEGER);
    const owns = hashed(share, plan.seed);
    return new PoissonCursor(owns, requests, new RateProfile(plan), plan.seed);
  }
  const { count, dueNs, evenPerS } = indexedArrivals(plan);
  const owns = striped(share);
  const most = isIdle ? 0 : count;
  return evenPerS === undefined
    ? new IndexedCursor(owns, most, dueNs)
    : new ConstantCursor(owns, most, evenPerS);
}
