/**
 * Life: what happens to the exchanges of one simulated child, as a discrete-event simulation of its
 * connections.
 *
 *     cursor ──due──▶ backlog ──connection free──▶ in flight ──latency──▶ ok | error | failed
 *                        │ full: dropped               │ drain over: censored
 *                        │ end: unsent
 *
 * Times are ns after T0. Every exchange is kept, so that a test can tell what became of it.
 */

import type { Plan } from "../plan/plan.ts";
import { timing } from "../plan/timing.ts";
import { uniform } from "../random.ts";
import type { Phase } from "../record/cell.ts";
import { type Cursor, schedule } from "../schedule/schedule.ts";
import { connectionsOf, portionOf, type Share } from "../schedule/share.ts";

export type Fate = "open" | "ok" | "error" | "failed" | "dropped" | "unsent" | "censored";

export interface SimulatedExchange {
  readonly i: number;
  readonly dueNs: number;
  readonly phase: Phase;
  /** Infinite while it has not been. */
  sentNs: number;
  /** When its fate was sealed. */
  endNs: number;
  fate: Fate;
}

const DRAWS = { fate: 101, latency: 102 } as const;
const FASTEST_NS = 20e6;
const SLOWEST_NS = 1.5e9;

export class Life {
  readonly exchanges: SimulatedExchange[] = [];
  readonly backlog: SimulatedExchange[] = [];
  readonly inFlight: SimulatedExchange[] = [];
  untilNs: number;
  drainedNs = Number.POSITIVE_INFINITY;
  private nowNs = 0;
  private readonly warmupNs: number;
  private readonly drainNs: number;
  private readonly timeoutNs: number;
  private readonly cursor: Cursor;
  private readonly places: number;
  private readonly endings = new Map<SimulatedExchange, { atNs: number; fate: Fate }>();

  constructor(
    readonly plan: Plan,
    readonly share: Share,
    from: number,
  ) {
    const { endNs, warmupNs, drainNs, timeoutNs } = timing(plan);
    this.untilNs = endNs;
    this.warmupNs = warmupNs;
    this.drainNs = drainNs;
    this.timeoutNs = timeoutNs;
    this.cursor = schedule(plan, share);
    this.places = portionOf(plan.load.maxBacklog, share);
    while (this.cursor.dueNs < from * 1e9) this.cursor.advance();
  }

  get isDraining(): boolean {
    return this.drainedNs !== Number.POSITIVE_INFINITY;
  }

  /** All N requests have been made. */
  get isExhausted(): boolean {
    return this.cursor.i < 0 && this.plan.load.requests !== undefined && this.backlog.length === 0;
  }

  /** When something happens next of itself: an end, or in the drain also its limit. */
  nextEndNs(): number {
    let next = this.drainedNs;
    for (const { atNs } of this.endings.values()) next = Math.min(next, atNs);
    return next;
  }

  /** Everything that happens before `toNs`, in order. */
  advance(toNs: number): void {
    for (;;) {
      const dueNs = this.nextDueNs();
      const ending = this.firstEnding();
      const endNs = ending ? this.endings.get(ending)!.atNs : Number.POSITIVE_INFINITY;
      if (Math.min(dueNs, endNs) >= toNs) break;
      if (ending && endNs <= dueNs) this.endFlight(ending);
      else this.becomeDue(dueNs);
    }
    this.nowNs = Math.max(this.nowNs, toNs);
  }

  /** Nothing more becomes due; what waits is not sent any more. */
  stop(atNs: number): void {
    this.untilNs = Math.min(this.untilNs, atNs);
    this.drainedNs = atNs + this.drainNs;
    for (const waiting of this.backlog.splice(0)) this.seal(waiting, "unsent", atNs);
  }

  /** What is in flight is left to itself. */
  cut(atNs: number): void {
    for (const flying of this.inFlight.splice(0)) this.seal(flying, "censored", atNs);
    this.endings.clear();
  }

  private nextDueNs(): number {
    if (this.isDraining || this.cursor.i < 0) return Number.POSITIVE_INFINITY;
    const closed = this.plan.load.model === "closed";
    if (closed && this.inFlight.length >= connectionsOf(this.share))
      return Number.POSITIVE_INFINITY;
    const dueNs = closed ? this.nowNs : this.cursor.dueNs;
    return dueNs < this.untilNs ? dueNs : Number.POSITIVE_INFINITY;
  }

  private firstEnding(): SimulatedExchange | undefined {
    let first: SimulatedExchange | undefined;
    let firstNs = Number.POSITIVE_INFINITY;
    for (const [exchange, { atNs }] of this.endings) {
      if (atNs < firstNs) {
        first = exchange;
        firstNs = atNs;
      }
    }
    return first;
  }

  private becomeDue(dueNs: number): void {
    this.nowNs = dueNs;
    const phase = dueNs < this.warmupNs ? "warmup" : "measured";
    const never = Number.POSITIVE_INFINITY;
    const { i } = this.cursor;
    const exchange: SimulatedExchange = {
      i,
      dueNs,
      phase,
      sentNs: never,
      endNs: never,
      fate: "open",
    };
    this.exchanges.push(exchange);
    this.cursor.advance();
    if (this.inFlight.length < connectionsOf(this.share)) this.send(exchange, dueNs);
    else if (this.backlog.length < this.places) this.backlog.push(exchange);
    else this.seal(exchange, "dropped", dueNs);
  }

  private send(exchange: SimulatedExchange, atNs: number): void {
    exchange.sentNs = atNs;
    this.inFlight.push(exchange);
    this.endings.set(exchange, this.drawEnding(exchange));
  }

  /** By its number alone: the same whoever sends it. */
  private drawEnding({ i, sentNs }: SimulatedExchange): { atNs: number; fate: Fate } {
    const luck = uniform(this.plan.seed, DRAWS.fate, i);
    const part = uniform(this.plan.seed, DRAWS.latency, i);
    const answeredNs = Math.ceil(sentNs + FASTEST_NS + SLOWEST_NS * part ** 4);
    if (luck < 0.02) return { atNs: Math.ceil(sentNs + this.timeoutNs), fate: "failed" };
    if (luck < 0.04) return { atNs: Math.ceil(sentNs + 1e6), fate: "failed" };
    return { atNs: answeredNs, fate: luck < 0.1 ? "error" : "ok" };
  }

  private endFlight(exchange: SimulatedExchange): void {
    const { atNs, fate } = this.endings.get(exchange)!;
    this.nowNs = atNs;
    this.endings.delete(exchange);
    this.inFlight.splice(this.inFlight.indexOf(exchange), 1);
    this.seal(exchange, fate, atNs);
    const next = this.backlog.shift();
    if (next) this.send(next, atNs);
  }

  private seal(exchange: SimulatedExchange, fate: Fate, atNs: number): void {
    exchange.fate = fate;
    exchange.endNs = atNs;
  }
}
