/**
 * CallBook: calls, in whatever order they are told → a snapshot for each second, as soon as all
 * calls that began before its end are known.
 *
 *     interval      k                        k+1
 *     ├─────────────────────────┼─────────────────────────┤ known
 *       due  by the schedule, from the first call on
 *       sent by its start    ▲ what crosses is in flight, with its age
 *
 * What is due and not sent waits (backlog); at the end it was never sent, or nobody knows.
 */
import { type Cell, PHASES, type Phase } from "@nightjar/core/record/cell.ts";
import { emptySnapshot, INTERVAL_NS, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import { NOTHING_OPEN, type Open } from "@nightjar/core/record/tally.ts";
import type { Job } from "../job.ts";
import type { Call } from "./call.ts";
import { CallCell } from "./call-cell.ts";
import { Dues } from "./dues.ts";

/** What is known at the end beside the calls. */
export interface CallsEnd {
  /** Nothing became due from here on, ns from the start of the load. */
  readonly untilNs: number;
  /** Calls that were under way when the program ended: nobody knows since when. */
  readonly inFlight: number;
  /** Whether everything else that was due is known not to have been sent. */
  readonly restIsUnsent: boolean;
}

export type Extras = Partial<Pick<Snapshot, "connections" | "usage">>;

type Interval = Record<Phase, CallCell>;

interface Sums {
  open: Open;
  due: number;
  sent: number;
}

export class CallBook {
  /** When load began, ns after T0; the earliest that any call allows. */
  beginNs = Number.POSITIVE_INFINITY;
  readonly dues: Dues;
  private readonly waiting = new Map<number, Interval>();
  private readonly sums: Record<Phase, Sums> = { warmup: zeroSums(), measured: zeroSums() };
  private next: number;
  private highest: number;

  constructor(
    private readonly job: Job,
    private readonly name: { readonly child: string; readonly incarnation: number },
    private readonly emit: (snapshot: Snapshot) => void,
    /** What goes with the snapshot that is emitted now. */
    private readonly extras: (isLast: boolean) => Extras,
  ) {
    this.dues = new Dues(job);
    this.next = job.from;
    this.highest = job.from;
  }

  /** How many snapshots were emitted. */
  get emitted(): number {
    return this.next - this.job.from;
  }

  /** For a run of which no call has been told. */
  beginAt(ns: number): void {
    if (!Number.isFinite(this.beginNs)) this.beginNs = ns;
  }

  add(call: Call): void {
    const { number, startNs, latencyNs, status } = call;
    const dueNs = number === undefined ? 0 : this.dues.dueNs(number);
    this.beginNs = Math.min(this.beginNs, startNs - dueNs);
    const phase = this.dues.phaseOf(number, startNs - this.beginNs);
    const first = this.intervalAt(startNs);
    const last = Math.max(first, this.intervalAt(startNs + latencyNs));
    this.at(first)[phase].counts.sent++;
    for (let k = first; k < last; k++) {
      this.at(k)[phase].leaveOpen((k + 1) * INTERVAL_NS - startNs);
    }
    this.at(last)[phase].end(call, this.job.okStatus[status] === 1);
  }

  /** All calls that began before `knownNs` have been added; it is `nowNs` after T0. */
  closeUpTo(knownNs: number, nowNs: number): void {
    if (!Number.isFinite(this.beginNs)) return;
    const untilNs = Math.min(knownNs, nowNs);
    while (untilNs >= (this.next + 1) * INTERVAL_NS) this.close();
  }

  /** No more calls will come. */
  finish({ untilNs, inFlight, restIsUnsent }: CallsEnd): void {
    const beginNs = Number.isFinite(this.beginNs) ? this.beginNs : this.job.from * INTERVAL_NS;
    this.beginNs = beginNs;
    const lastDue = Math.ceil((beginNs + Math.max(untilNs, 1)) / INTERVAL_NS) - 1;
    const last = Math.max(this.highest, lastDue, this.next);
    while (this.next < last) this.close(beginNs + untilNs);
    const { measured, warmup } = this.at(last);
    const phase: Phase = untilNs <= this.job.warmupNs ? "warmup" : "measured";
    const cell = phase === "measured" ? measured : warmup;
    cell.counts.sent += inFlight;
    cell.counts.censored += inFlight;
    this.close(beginNs + untilNs, restIsUnsent ? "unsent" : "unknown");
  }

  /** Clock stamps may lie a little before what has been closed, or before the beginning. */
  private intervalAt(ns: number): number {
    return Math.max(this.next, Math.floor(ns / INTERVAL_NS));
  }

  private at(k: number): Interval {
    const known = this.waiting.get(k);
    if (known !== undefined) return known;
    const fresh = { warmup: new CallCell(), measured: new CallCell() };
    this.waiting.set(k, fresh);
    this.highest = Math.max(this.highest, k);
    return fresh;
  }

  /** `rest`: what becomes of what was due and is not sent, in the last interval. */
  private close(untilNs = Number.POSITIVE_INFINITY, rest?: "unsent" | "unknown"): void {
    const k = this.next++;
    const cells = this.at(k);
    this.waiting.delete(k);
    const endNs = rest === undefined ? Math.min((k + 1) * INTERVAL_NS, untilNs) : untilNs;
    const closed = PHASES.flatMap((phase) => this.closeCell(phase, cells[phase], endNs, rest));
    this.emit({
      ...emptySnapshot({ ...this.name, interval: k }),
      cells: closed,
      parts: { expected: 1, received: 1 },
      ...this.extras(rest !== undefined),
    });
  }

  private closeCell(
    phase: Phase,
    cell: CallCell,
    endNs: number,
    rest: "unsent" | "unknown" | undefined,
  ): Cell[] {
    const sums = this.sums[phase];
    const { counts } = cell;
    sums.sent += counts.sent;
    const planned = this.dues.before(phase, endNs - this.beginNs) ?? 0;
    const due = Math.max(planned, sums.sent, sums.due);
    counts.due = due - sums.due;
    sums.due = due;
    const before = sums.open;
    if (rest !== undefined) counts[rest] = due - sums.sent;
    sums.open = {
      inFlight: before.inFlight + counts.sent - counts.completed - counts.failed - counts.censored,
      backlog: rest === undefined ? due - sums.sent : 0,
    };
    const isQuiet = counts.due + counts.sent + before.inFlight + before.backlog === 0;
    if (isQuiet) return [];
    return [{ phase, stage: 0, target: 0, tally: cell.tally(before, sums.open) }];
  }
}

function zeroSums(): Sums {
  return { open: NOTHING_OPEN, due: 0, sent: 0 };
}
