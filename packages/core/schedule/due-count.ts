/**
 * DueCount: how many exchanges of a share are due before a time; for the accounts of children that
 * were lost. Constant arrivals, jitter and bursts are counted by arithmetic, under any stages.
 * Poisson arrivals must be walked: one cursor serves queries that do not go backwards, so a whole
 * account costs one walk.
 */

import { assert } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { timing } from "../plan/timing.ts";
import { type IndexedArrivals, indexedArrivals, isPoisson } from "./arrivals.ts";
import { RateProfile } from "./rate-profile.ts";
import { type Cursor, schedule } from "./schedule.ts";
import { connectionsOf, countStriped, type Share, striped } from "./share.ts";

export interface DueCount {
  /** Owned exchanges due in [0, ns), ns after T0. */
  before(ns: number): number;
}

/** Throws for a closed plan: its due times nobody can know beforehand. */
export function dueCount(plan: Plan, share: Share): DueCount {
  assert(plan.load.model === "open", "only the open loop has a schedule");
  return isPoisson(plan) ? new WalkedCount(plan, share) : stripedCount(plan, share);
}

function stripedCount(plan: Plan, share: Share): DueCount {
  const arrivals = indexedArrivals(plan);
  const profile = new RateProfile(plan);
  const { count } = arrivals;
  return {
    before(ns) {
      const due = ns >= profile.endNs ? count : firstDueFrom(arrivals, profile.before(ns), ns);
      return countStriped(share, Math.min(count, due));
    },
  };
}

/** The lowest *i* that is due at `ns` or later, near `guess`; a multiple of the burst. */
function firstDueFrom({ size, dueNs }: IndexedArrivals, guess: number, ns: number): number {
  let burst = Math.max(0, Math.ceil(guess / size));
  while (burst > 0 && dueNs((burst - 1) * size) >= ns) burst--;
  while (dueNs(burst * size) < ns) burst++;
  return burst * size;
}

class WalkedCount implements DueCount {
  private cursor: Cursor;
  private passed = 0;
  private atNs = 0;

  constructor(
    private readonly plan: Plan,
    private readonly share: Share,
  ) {
    this.cursor = schedule(plan, share);
  }

  before(ns: number): number {
    if (ns < this.atNs) {
      this.cursor = schedule(this.plan, this.share);
      this.passed = 0;
    }
    for (; this.cursor.dueNs < ns; this.cursor.advance()) this.passed++;
    this.atNs = ns;
    return this.passed;
  }
}

/**
 * How many owned exchanges are due in [fromNs, toNs). `null` in the closed loop. One question; who
 * has many keeps a `dueCount`.
 */
export function countDue(plan: Plan, share: Share, fromNs: number, toNs: number): number | null {
  if (plan.load.model === "closed") return null;
  const count = dueCount(plan, share);
  const before = count.before(fromNs);
  return count.before(toNs) - before;
}

/**
 * Up to where exchanges of `share` become due (exclusive), ns after T0; `null` for a closed plan of
 * N requests. Walks a Poisson schedule that N requests end: ask once.
 */
export function plannedEndNs(plan: Plan, share: Share): number | null {
  const { endNs } = timing(plan);
  const { model, requests } = plan.load;
  if (requests === undefined) return endNs;
  if (model === "closed") return endNs === Number.POSITIVE_INFINITY ? null : endNs;
  return Math.min(endNs, isPoisson(plan) ? walkedEnd(plan, share) : stripedEnd(plan, share));
}

function walkedEnd(plan: Plan, share: Share): number {
  let endNs = 0;
  for (const cursor = schedule(plan, share); cursor.i >= 0; cursor.advance()) {
    endNs = cursor.dueNs + 1;
  }
  return endNs;
}

/**
 * When as many are wanted as have been due, up to the last owned one: so that N requests at N/s
 * take one second, in whatever bursts.
 */
function stripedEnd(plan: Plan, share: Share): number {
  if (connectionsOf(share) === 0) return 0;
  const { count, dueNs } = indexedArrivals(plan);
  const owns = striped(share);
  let end = count;
  while (end > 0 && !owns(end - 1)) end--;
  return end === 0 ? 0 : Math.max(new RateProfile(plan).reachedNs(end), dueNs(end - 1) + 1);
}
