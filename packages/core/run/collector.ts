/**
 * Collector: the snapshots of several children → one merged snapshot for each interval.
 *
 * An interval is merged as soon as every child that should speak of it has done so; merging is
 * exact and commutative, so the order of arrival changes nothing, and a snapshot seen twice changes
 * nothing. Where a child has gone, a *gap* takes its place (gap.ts). Gaps depend on when the run
 * ended. There are two ways to live with that:
 *
 *     in one       (an ensemble): an interval is emitted once, gaps and all, when the children that
 *                  are left are past any drain of it; what an absent child still says is refused
 *     in addition  (the fold): an interval is emitted without the absent; what they still say, and
 *                  at the end the gaps, are emitted for it again, to be added: any order is the
 *                  same
 */
import { assert } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { timing } from "../plan/timing.ts";
import {
  INTERVAL_NS,
  mergeSnapshots,
  type Snapshot,
  type SnapshotKey,
} from "../record/snapshot.ts";
import { type ChildSpec, Ledger } from "./ledger.ts";
import type { Ended } from "./load-generator.ts";
import { Pile } from "./pile.ts";

export type { ChildSpec };

export interface CollectorOptions {
  /** First interval; default 0. */
  readonly from?: number;
  /** How gaps and late words are emitted; default "in one". */
  readonly emission?: "in one" | "in addition";
}

export class Collector {
  private readonly children = new Map<string, Ledger>();
  private readonly ledgers: readonly Ledger[];
  private readonly pile = new Pile();
  /** Of each interval on the pile: how many children have yet to speak of it. */
  private readonly missing = new Map<number, number>();
  /** Intervals beyond `next` that were complete before it. */
  private readonly ahead = new Set<number>();
  private readonly from: number;
  private readonly additive: boolean;
  private readonly lag: number;
  private stopNs = Number.POSITIVE_INFINITY;
  private highest: number;
  private next: number;
  /** So many of the ledgers are known to be past `next`: nobody comes back. */
  private past = 0;
  private knownUntilNs: number | undefined;

  constructor(
    plan: Plan,
    specs: readonly ChildSpec[],
    private readonly key: Omit<SnapshotKey, "interval">,
    private readonly emit: (merged: Snapshot) => void,
    options: CollectorOptions = {},
  ) {
    this.from = options.from ?? 0;
    this.additive = options.emission === "in addition";
    this.lag = this.additive ? 0 : Math.ceil(timing(plan).drainNs / INTERVAL_NS) + 1;
    this.highest = this.from - 1;
    this.next = this.from;
    for (const spec of specs) {
      this.children.set(spec.id, new Ledger(plan, spec, () => this.untilNs()));
    }
    this.ledgers = [...this.children.values()];
  }

  /** Whether the snapshot was new. */
  add(snapshot: Snapshot): boolean {
    const child = this.children.get(snapshot.child);
    const { interval } = snapshot;
    if (!child || interval < this.from || (child.absent && !this.additive)) return false;
    if (!child.add(snapshot)) return false;
    this.highest = Math.max(this.highest, interval);
    if (this.isMerged(interval)) this.emitMerged(interval, [snapshot]);
    else this.wait(child, snapshot);
    return true;
  }

  /**
   * The child's own word on how many snapshots it has sent. Nothing, if it was lost: then it owed
   * more.
   */
  ended({ child: id, outcome, intervals, untilNs }: Ended): void {
    const child = this.children.get(id);
    if (!child || child.endInterval !== undefined || intervals === null) return;
    if (outcome === "lost") {
      child.ceasedNs = Math.min(child.ceasedNs, untilNs ?? Number.POSITIVE_INFINITY);
      return;
    }
    child.endInterval = this.from + intervals;
    if (outcome === "done") child.untilNs = Number.POSITIVE_INFINITY;
    else if (untilNs !== null) child.untilNs = untilNs;
    this.knownUntilNs = undefined;
    for (const [interval, missing] of [...this.missing]) {
      if (child.speaksOf(interval) || child.heard.has(interval)) continue;
      this.missing.set(interval, missing - 1);
      this.mergeIfComplete(interval);
    }
    this.settle();
  }

  /**
   * All were asked to stop at this time: should nobody be left to tell, nothing became due later.
   */
  stopAsked(atNs: number): void {
    this.stopNs = Math.min(this.stopNs, Math.max(atNs, 0));
    this.knownUntilNs = undefined;
  }

  /** Nothing more is waited for from this child: what it has not sent becomes gaps. */
  leave(id: string): void {
    const child = this.children.get(id);
    if (!child || child.absent) return;
    child.absent = true;
    this.knownUntilNs = undefined;
    this.settle();
  }

  /**
   * Merges all that is left, to the end of the plan where a child was lost. Where every child was
   * lost, "in one" leaves what comes after the last word to whoever knows how long the rest of the
   * run lasted.
   */
  finish(): void {
    for (const child of this.ledgers) child.absent = true;
    this.knownUntilNs = undefined;
    this.settle();
    if (this.additive) this.emitOwed();
    else if (this.ledgers.some((child) => child.endInterval !== undefined)) {
      const end = Math.max(...this.ledgers.map((child) => child.expectedEnd(this.highest)));
      for (; this.next < end; this.next++) this.mergeSettled(this.next);
    }
  }

  /** After `finish`. */
  intervalsOf(id: string): {
    expected: number;
    received: number;
    from: number;
    unknownFromNs: number | null;
  } {
    const child = this.children.get(id);
    assert(child !== undefined, `"${id}" is a child of this run`);
    const received = child.heard.size;
    const expected = Math.max(received, child.expectedEnd(this.highest) - this.from);
    const missing = child.absent && received < expected;
    const unknownFromNs = missing ? child.heard.firstMissing(this.from) * INTERVAL_NS : null;
    return { expected, received, from: this.from, unknownFromNs };
  }

  /** How many intervals have been emitted, from the first without a hole once it is finished. */
  get emitted(): number {
    return this.next - this.from + this.ahead.size;
  }

  private isMerged(interval: number): boolean {
    return interval < this.next || this.ahead.has(interval);
  }

  private wait(child: Ledger, snapshot: Snapshot): void {
    const { interval } = snapshot;
    const missing = this.missing.get(interval);
    if (missing === undefined) this.missing.set(interval, this.countMissing(interval));
    else if (child.speaksOf(interval)) this.missing.set(interval, missing - 1);
    this.pile.put(snapshot);
    this.mergeIfComplete(interval);
    this.settle();
  }

  private countMissing(interval: number): number {
    const isMissing = (child: Ledger) => child.speaksOf(interval) && !child.heard.has(interval);
    return this.ledgers.reduce((sum, child) => sum + Number(isMissing(child)), 0);
  }

  private mergeIfComplete(interval: number): void {
    if (this.missing.get(interval) !== 0) return;
    this.ahead.add(interval);
    this.emitMerged(interval, this.takeParts(interval));
  }

  private takeParts(interval: number): Snapshot[] {
    this.missing.delete(interval);
    return this.pile.take(interval);
  }

  private emitMerged(interval: number, parts: readonly Snapshot[]): void {
    this.emit(mergeSnapshots({ ...this.key, interval }, parts));
  }

  /**
   * In order, merges intervals that lack only children who have left, once everybody else is past
   * them.
   */
  private settle(): void {
    for (; this.next <= this.highest; this.next++, this.past = 0) {
      if (this.ahead.delete(this.next)) continue;
      for (; this.past < this.ledgers.length; this.past++)
        if (!this.ledgers[this.past].isPast(this.next, this.lag)) return;
      this.mergeSettled(this.next);
    }
  }

  private mergeSettled(interval: number): void {
    const parts = this.takeParts(interval);
    if (!this.additive) {
      for (const child of this.ledgers) {
        if (this.isOwed(child, interval)) parts.push(child.gap(this.from, interval));
      }
    }
    if (parts.length > 0 || !this.additive) this.emitMerged(interval, parts);
  }

  private isOwed(child: Ledger, interval: number): boolean {
    return !child.heard.has(interval) && interval < child.expectedEnd(this.highest);
  }

  /** Once for each interval of which somebody owes something. */
  private emitOwed(): void {
    const owed = new Pile();
    for (const child of this.ledgers) {
      for (const part of this.gapsOf(child)) owed.put(part);
      for (const part of this.owedBeside(child)) owed.put(part);
      child.forgetGaps();
    }
    for (const interval of [...owed.pending].sort((a, b) => a - b))
      this.emitMerged(interval, owed.take(interval));
  }

  private *gapsOf(child: Ledger): Iterable<Snapshot> {
    const end = child.expectedEnd(this.highest);
    for (let at = child.heard.firstMissing(this.from); at < end; ) {
      yield child.gap(this.from, at);
      at = child.heard.firstMissing(at + 1);
    }
  }

  /** Of those who have ceased: what they owe in intervals of which they have spoken. */
  private *owedBeside(child: Ledger): Iterable<Snapshot> {
    const last = child.last?.interval ?? -1;
    for (let at = Math.floor(child.ceasedNs / INTERVAL_NS); at <= last; at++) {
      const owed = child.heard.has(at) ? child.owed(at) : undefined;
      if (owed) yield owed;
    }
  }

  private untilNs(): number {
    this.knownUntilNs ??= this.findUntilNs();
    return this.knownUntilNs;
  }

  /** Infinite while anybody may still go on, or went to the plan's end. */
  private findUntilNs(): number {
    let untilNs: number | undefined;
    for (const child of this.ledgers) {
      if (child.untilNs !== undefined) untilNs = Math.max(untilNs ?? 0, child.untilNs);
      else if (!child.absent) return Number.POSITIVE_INFINITY;
    }
    return untilNs ?? this.stopNs;
  }
}
