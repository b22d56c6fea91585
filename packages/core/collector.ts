/**
 * Collector: the snapshots of several children → one merged snapshot for each interval.
 *
 * An interval is merged as soon as every child that should speak of it has done so; merging is exact and
 * commutative, so the order of arrival changes nothing, and a snapshot seen twice changes nothing. Where a
 * child has gone, its place is taken by a *gap*: what the pure schedule and the neighbouring snapshots tell.
 *
 *     received a │ missing a+1 … b−1 │ received b             missing to the end
 *     open F0,B0 │ D due             │ open before F1,B1      (child lost)
 *     unknown = F0+B0+D−F1−B1, sent += F1−F0                  unknown = D, censored = F0, unsent = B0
 */
import { assert } from "./errors.ts";
import type { Plan } from "./plan.ts";
import { timing } from "./plan.ts";
import { countDue, schedule } from "./schedule.ts";
import type { Share } from "./share.ts";
import {
  emptySnapshot,
  INTERVAL_NS,
  mergeSnapshots,
  PHASES,
  type Phase,
  type Snapshot,
  type SnapshotKey,
} from "./snapshot.ts";
import { NOTHING_OPEN, type Open, type Tally, zeroCounts } from "./tally.ts";

export interface ChildSpec {
  readonly id: string;
  readonly share: Share;
}

interface Bounds {
  readonly before: Record<Phase, Open>;
  readonly after: Record<Phase, Open>;
}

interface ChildLedger {
  readonly spec: ChildSpec;
  readonly seen: Map<number, Bounds>;
  last: Snapshot | undefined;
  /** Snapshots that its `ended` counts, as the first interval that it will not send. */
  endInterval: number | undefined;
  untilNs: number | undefined;
  absent: boolean;
}

const NO_BOUNDS: Record<Phase, Open> = { warmup: NOTHING_OPEN, measured: NOTHING_OPEN };

/** When the last exchange of an open plan is due (exclusive), ns after T0; `null` for a closed plan of N requests. */
export function plannedEndNs(plan: Plan, share: Share): number | null {
  const { endNs } = timing(plan);
  if (endNs !== Number.POSITIVE_INFINITY) return endNs;
  if (plan.load.model === "closed") return null;
  let lastNs = 0;
  for (const cursor = schedule(plan, share); cursor.i >= 0; cursor.advance()) lastNs = cursor.dueNs;
  return lastNs + 1;
}

export class Collector {
  private readonly children = new Map<string, ChildLedger>();
  private readonly pending = new Map<number, Map<string, Snapshot>>();
  private readonly merged = new Set<number>();
  private highest: number;
  private next: number;

  constructor(
    private readonly plan: Plan,
    specs: readonly ChildSpec[],
    private readonly key: Omit<SnapshotKey, "interval">,
    private readonly emit: (merged: Snapshot) => void,
    private readonly from = 0,
  ) {
    this.highest = from - 1;
    this.next = from;
    for (const spec of specs) {
      this.children.set(spec.id, {
        spec,
        seen: new Map(),
        last: undefined,
        endInterval: undefined,
        untilNs: undefined,
        absent: false,
      });
    }
  }

  /** Whether the snapshot was new. */
  add(snapshot: Snapshot): boolean {
    const child = this.children.get(snapshot.child);
    const { interval } = snapshot;
    if (!child || child.absent || interval < this.from || child.seen.has(interval)) return false;
    child.seen.set(interval, boundsOf(snapshot));
    if (!child.last || interval > child.last.interval) child.last = snapshot;
    this.highest = Math.max(this.highest, interval);
    const waiting = this.pending.get(interval) ?? new Map<string, Snapshot>();
    this.pending.set(interval, waiting.set(snapshot.child, snapshot));
    this.mergeIfComplete(interval);
    this.settle();
    return true;
  }

  /** The child's own word on how many snapshots it has sent. */
  ended(id: string, intervals: number, untilNs: number | null): void {
    const child = this.children.get(id);
    if (!child || child.endInterval !== undefined) return;
    child.endInterval = this.from + intervals;
    if (untilNs !== null) child.untilNs = untilNs;
    for (const interval of [...this.pending.keys()]) this.mergeIfComplete(interval);
    this.settle();
  }

  /** Nothing more will be taken from this child: what it has not sent becomes gaps. */
  leave(id: string): void {
    const child = this.children.get(id);
    if (!child || child.absent) return;
    child.absent = true;
    this.settle();
  }

  /** Merges all that is left, to the end of the plan where a child was lost. The fold is finished after it. */
  finish(): void {
    for (const child of this.children.values()) child.absent = true;
    const last = Math.max(this.highest, this.lastPlanned());
    for (; this.next <= last; this.next++) this.mergeWithGaps(this.next);
  }

  intervalsOf(id: string): {
    expected: number;
    received: number;
    from: number;
    unknownFromNs: number | null;
  } {
    const child = this.children.get(id);
    assert(child !== undefined, `"${id}" is a child of this run`);
    const received = child.seen.size;
    const complete = child.endInterval !== undefined && received >= child.endInterval - this.from;
    const expected = complete ? received : Math.max(received, this.expectedEnd(child) - this.from);
    const unknownFromNs = complete || !child.absent ? null : this.firstMissing(child) * INTERVAL_NS;
    return { expected, received, from: this.from, unknownFromNs };
  }

  /** How many merged snapshots have been emitted. */
  get emitted(): number {
    return this.merged.size;
  }

  private firstMissing(child: ChildLedger): number {
    let interval = this.from;
    while (child.seen.has(interval)) interval++;
    return interval;
  }

  private speaksOf(child: ChildLedger, interval: number): boolean {
    return child.endInterval === undefined || interval < child.endInterval;
  }

  private mergeIfComplete(interval: number): void {
    const waiting = this.pending.get(interval);
    if (!waiting) return;
    for (const child of this.children.values()) {
      if (this.speaksOf(child, interval) && !child.seen.has(interval)) return;
    }
    this.merge(interval, [...waiting.values()]);
  }

  private merge(interval: number, parts: Snapshot[]): void {
    this.pending.delete(interval);
    this.merged.add(interval);
    this.emit(mergeSnapshots({ ...this.key, interval }, parts));
  }

  /** In order, merges intervals that lack only children who have left, once everybody else is past them. */
  private settle(): void {
    for (; this.next <= this.highest; this.next++) {
      if (this.merged.has(this.next)) continue;
      if (!this.settled(this.next)) return;
      this.mergeWithGaps(this.next);
    }
  }

  private settled(interval: number): boolean {
    for (const child of this.children.values()) {
      if (child.absent) continue;
      const passed = child.endInterval !== undefined || child.seen.has(interval + 1);
      const spoken = child.seen.has(interval) || !this.speaksOf(child, interval);
      if (!passed || !spoken) return false;
    }
    return true;
  }

  private mergeWithGaps(interval: number): void {
    if (this.merged.has(interval)) return;
    const parts = [...(this.pending.get(interval)?.values() ?? [])];
    for (const child of this.children.values()) {
      if (child.seen.has(interval) || interval >= this.expectedEnd(child)) continue;
      parts.push(this.gap(child, interval));
    }
    if (parts.length > 0) this.merge(interval, parts);
  }

  /** Up to where anybody knows that exchanges became due. */
  private untilNs(): number {
    let untilNs: number | undefined;
    for (const child of this.children.values()) {
      if (child.absent && child.untilNs === undefined) continue;
      if (child.untilNs === undefined) return Number.POSITIVE_INFINITY;
      untilNs = Math.max(untilNs ?? 0, child.untilNs);
    }
    return untilNs ?? Number.POSITIVE_INFINITY;
  }

  /** The first interval that this child would not have sent. */
  private expectedEnd(child: ChildLedger): number {
    if (child.endInterval !== undefined) return child.endInterval;
    const plannedNs = plannedEndNs(this.plan, child.spec.share);
    const endNs = Math.min(plannedNs ?? (this.highest + 1) * INTERVAL_NS, this.untilNs());
    return Math.max(Math.ceil(endNs / INTERVAL_NS), child.last ? child.last.interval + 1 : 0);
  }

  private lastPlanned(): number {
    return Math.max(...[...this.children.values()].map((child) => this.expectedEnd(child))) - 1;
  }

  private gap(child: ChildLedger, interval: number): Snapshot {
    const key = { child: child.spec.id, incarnation: 0, interval };
    const gap: { -readonly [K in keyof Snapshot]: Snapshot[K] } = emptySnapshot(key);
    gap.parts = { expected: 1, received: 0 };
    const first = interval === this.from || child.seen.has(interval - 1);
    const later = [...child.seen.keys()].filter((seen) => seen > interval);
    const tail = later.length === 0;
    for (const phase of PHASES) {
      const dueHere = this.dueIn(child, phase, interval, interval + 1);
      const before = child.seen.get(interval - 1)?.after ?? NO_BOUNDS;
      if (tail)
        gap[phase] = tailTally(gap[phase], dueHere, first ? child.last?.[phase] : undefined);
      else if (first) {
        const until = Math.min(...later);
        const due = this.dueIn(child, phase, interval, until);
        const after = child.seen.get(until)?.before ?? NO_BOUNDS;
        gap[phase] = middleTally(gap[phase], due, before[phase], after[phase]);
      }
    }
    return gap;
  }

  /** Due of `child` and `phase` in intervals [from, to); `null` in the closed loop. */
  private dueIn(child: ChildLedger, phase: Phase, from: number, to: number): number | null {
    const { warmupNs } = timing(this.plan);
    const lowest = phase === "warmup" ? 0 : warmupNs;
    const highest = phase === "warmup" ? warmupNs : Number.POSITIVE_INFINITY;
    const fromNs = Math.max(from * INTERVAL_NS, lowest);
    const toNs = Math.min(to * INTERVAL_NS, highest, this.untilNs());
    return fromNs >= toNs ? 0 : countDue(this.plan, child.spec.share, fromNs, toNs);
  }
}

function boundsOf(snapshot: Snapshot): Bounds {
  const { warmup, measured } = snapshot;
  return {
    before: { warmup: warmup.openBefore, measured: measured.openBefore },
    after: { warmup: warmup.open, measured: measured.open },
  };
}

/** After the last word of a child: what stood open then is censored or unsent at its age, what was due later is unknown. */
function tailTally(empty: Tally, due: number | null, last: Tally | undefined): Tally {
  const open = last?.open ?? NOTHING_OPEN;
  const counts = zeroCounts();
  counts.due = due ?? 0;
  counts.unknown = due ?? 0;
  counts.censored = open.inFlight;
  counts.unsent = open.backlog;
  if (!last) return { ...empty, counts };
  const histograms = { censoredAge: last.openAges.inFlight, unsentAge: last.openAges.backlog };
  return { ...empty, counts, histograms };
}

/** Between two words of a child: see the drawing. */
function middleTally(empty: Tally, due: number | null, before: Open, after: Open): Tally {
  const counts = zeroCounts();
  counts.sent = after.inFlight - before.inFlight;
  if (due === null) {
    counts.due = counts.sent;
    return { ...empty, counts };
  }
  counts.due = due;
  counts.unknown = before.inFlight + before.backlog + due - after.inFlight - after.backlog;
  return { ...empty, counts };
}
