/** Ledger: what one child has said, and what it owes. */

import type { Plan } from "../plan/plan.ts";
import { timing } from "../plan/timing.ts";
import { PHASES, type Phase } from "../record/cell.ts";
import { INTERVAL_NS, type Snapshot } from "../record/snapshot.ts";
import { type DueCount, dueCount, plannedEndNs } from "../schedule/due-count.ts";
import type { Share } from "../schedule/share.ts";
import { gapsAround, owedGap, type Silent } from "./gap.ts";
import { Heard, isAnythingOpen, whatIsOpen } from "./heard.ts";

export interface ChildSpec {
  readonly id: string;
  readonly share: Share;
  /** Worker processes under it; default 1. */
  readonly workers?: number;
  /** It stands beside the others, nearly idle. */
  readonly isProbe?: boolean;
}

export class Ledger implements Silent {
  readonly heard = new Heard();
  /** Of its latest: what stands open. */
  last: Snapshot | undefined;
  /** The first interval that it will not send, by its own word. */
  endInterval: number | undefined;
  /** Up to where exchanges became due, by its own word; infinite: to the plan's end. */
  untilNs: number | undefined;
  /**
   * From here on it sent nothing more, by its own word, and owed it: who stops because nobody is
   * heard any more. What it says of later intervals is about what stood open.
   */
  ceasedNs = Number.POSITIVE_INFINITY;
  absent = false;
  private planned: number | null | undefined;
  private counted: DueCount | undefined;
  private gaps: Snapshot[] = [];

  constructor(
    private readonly plan: Plan,
    private readonly spec: ChildSpec,
    /** Up to where anybody knows that exchanges became due. */
    private readonly runUntilNs: () => number,
  ) {}

  get id(): string {
    return this.spec.id;
  }

  get workers(): number {
    return Math.max(1, this.spec.workers ?? 1);
  }

  add(snapshot: Snapshot): boolean {
    if (!this.heard.add(snapshot)) return false;
    if (!this.last || snapshot.interval > this.last.interval) this.last = whatIsOpen(snapshot);
    return true;
  }

  speaksOf(interval: number): boolean {
    return this.endInterval === undefined || interval < this.endInterval;
  }

  /**
   * Whether it is known what it has to say of `interval`, and that it is more than `lag` intervals
   * past it.
   */
  isPast(interval: number, lag: number): boolean {
    if (this.absent) return true;
    if (!this.heard.has(interval) && this.speaksOf(interval)) return false;
    return this.endInterval !== undefined || (this.last?.interval ?? -1) >= interval + lag;
  }

  /**
   * The first interval that it would not have sent; `highest` is the last of which anybody spoke.
   */
  expectedEnd(highest: number): number {
    if (this.endInterval !== undefined) return this.endInterval;
    if (this.planned === undefined) this.planned = plannedEndNs(this.plan, this.spec.share);
    const endNs = Math.min(this.planned ?? (highest + 1) * INTERVAL_NS, this.runUntilNs());
    return Math.max(Math.ceil(endNs / INTERVAL_NS), this.spokenEnd());
  }

  /** What stood open at its last word would have needed one more. */
  private spokenEnd(): number {
    if (!this.last) return 0;
    return this.last.interval + (isAnythingOpen(this.last) ? 2 : 1);
  }

  /** What stands in for an interval that was not heard. */
  gap(from: number, interval: number): Snapshot {
    const known = this.gaps.length === 0 ? undefined : this.gaps[interval - this.gaps[0].interval];
    if (known) return known;
    this.gaps = gapsAround(this, from, interval);
    return this.gaps[interval - this.gaps[0].interval];
  }

  /** What was kept of them; they can be made again. */
  forgetGaps(): void {
    this.gaps = [];
  }

  /** What it owed in an interval of which it has spoken. */
  owed(interval: number): Snapshot | undefined {
    const fromNs = Math.max(interval * INTERVAL_NS, this.ceasedNs);
    const dues = PHASES.map((phase) =>
      this.dueBetween(fromNs, (interval + 1) * INTERVAL_NS, phase),
    );
    return dues.some((due) => due !== null && due > 0) ? owedGap(this, interval, dues) : undefined;
  }

  readonly dueIn = (interval: number, phase: Phase): number | null => {
    return this.dueBetween(interval * INTERVAL_NS, (interval + 1) * INTERVAL_NS, phase);
  };

  private dueBetween(fromNs: number, toNs: number, phase: Phase): number | null {
    if (this.plan.load.model === "closed") return null;
    const { warmupNs } = timing(this.plan);
    const lowest = phase === "warmup" ? 0 : warmupNs;
    const highest = phase === "warmup" ? warmupNs : Number.POSITIVE_INFINITY;
    const untilNs = this.untilNs ?? this.runUntilNs();
    const first = Math.max(fromNs, lowest);
    const last = Math.min(toNs, highest, untilNs);
    if (first >= last) return 0;
    this.counted ??= dueCount(this.plan, this.spec.share);
    const before = this.counted.before(first);
    return this.counted.before(last) - before;
  }
}
