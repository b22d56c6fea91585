/**
 * DueCount: how many exchanges of a share are due before a time; for the accounts of children that
 * were lost. Constant arrivals are counted by arithmetic. Poisson arrivals must be walked: one
 * cursor serves queries that do not go backwards, so a whole account costs one walk.
 */
import { assert } from "./errors.ts";
import type { Plan } from "./plan.ts";
import { timing } from "./plan.ts";
import { type Cursor, constantCount, constantDueNs, schedule } from "./schedule.ts";
import { connectionsOf, countStriped, type Share, striped } from "./share.ts";

export interface DueCount {
  /** Owned exchanges due in [0, ns), ns after T0. */
  before(ns: number): number;
}

/** Throws for a closed plan: its due times nobody can know beforehand. */
export function dueCount(plan: Plan, share: Share): DueCount {
  assert(plan.load.model === "open", "only the open loop has a schedule");
  return plan.load.arrivals === "poisson"
    ? new WalkedCount(plan, share)
    : stripedCount(plan, share);
}

function stripedCount(plan: Plan, share: Share): DueCount {
  const ratePerS = plan.load.rate as number;
  const count = constantCount(plan);
  return { before: (ns) => countStriped(share, Math.min(count, firstDueFrom(ratePerS, ns))) };
}

/** The lowest *i* that is due at `ns` or later. */
function firstDueFrom(ratePerS: number, ns: number): number {
  if (ns === Number.POSITIVE_INFINITY) return ns;
  let i = Math.max(0, Math.ceil((ns * ratePerS) / 1e9));
  while (i > 0 && constantDueNs(i - 1, ratePerS) >= ns) i--;
  while (constantDueNs(i, ratePerS) < ns) i++;
  return i;
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
  return Math.min(
    endNs,
    plan.load.arrivals === "poisson" ? walkedEnd(plan, share) : stripedEnd(plan, share),
  );
}

function walkedEnd(plan: Plan, share: Share): number {
  let endNs = 0;
  for (const cursor = schedule(plan, share); cursor.i >= 0; cursor.advance()) {
    endNs = cursor.dueNs + 1;
  }
  return endNs;
}

/** When the exchange after the last owned one is due, so that N requests at N/s take one second. */
function stripedEnd(plan: Plan, share: Share): number {
  if (connectionsOf(share) === 0) return 0;
  const owns = striped(share);
  let end = constantCount(plan);
  while (end > 0 && !owns(end - 1)) end--;
  return constantDueNs(end, plan.load.rate as number);
}
