/**
 * Driver: carries one child's share of the schedule to its slots.
 *
 *     cursor ──due──▶ backlog ──slot free──▶ exchange ──▶ slot free
 *        (never waits)   │ full: dropped
 *
 *     waiting ──T0──▶ running ──▶ draining ──▶ ended
 *                        │           nothing in flight, or the drain is over
 *                        end of the plan, or stop()
 *
 * Times are nanoseconds after T0. `free = max(due, done of the exchange before − debt)`, see
 * `exchanges.ts` and docs/decisions/0001. In the closed loop an exchange is due when its slot is
 * free.
 */

import { INTERVAL_NS } from "@nightjar/core/record/snapshot.ts";
import type { CountLimit } from "@nightjar/core/run/count-limit.ts";
import type { Ended, RunEvent } from "@nightjar/core/run/load-generator.ts";
import type { Cursor } from "@nightjar/core/schedule/schedule.ts";
import type { CellRecorder } from "./cell-recorder.ts";
import type { DriverSettings } from "./driver-settings.ts";
import type { Exchanges } from "./exchanges.ts";
import { Pacer } from "./pacer.ts";
import { Recorder } from "./recorder.ts";
import { Repayment } from "./repayment.ts";
import { Backlog, type IdleSlots, SlotRing, SlotStack } from "./ring.ts";
import type { Slot } from "./slot.ts";
import type { UsageMeter } from "./usage.ts";
import { Waiting } from "./waiting.ts";
import { makeExchanges } from "./watched-exchanges.ts";

type Phase = "waiting" | "running" | "draining" | "ended";

/** Before T0 the loop spins for so long, so that T0 is kept to some microseconds. */
const SPIN_TO_START_MS = 2;

export class Driver {
  private readonly recorder: Recorder;
  private readonly pacer: Pacer;
  private readonly exchanges: Exchanges;
  private readonly idle: IdleSlots;
  private readonly backlog = new Backlog();
  private readonly repayment = new Repayment();
  private readonly waiting: Waiting;
  /** The two that differ between the open and the closed loop, chosen once. */
  private readonly take: (nowNs: number) => void;
  private readonly nextNs: () => number;
  private readonly name: { child: string; incarnation: number };
  private busy = 0;
  private phase: Phase = "waiting";
  private t0Ms = 0;
  private untilNs: number;
  private drainedNs = Number.POSITIVE_INFINITY;
  private interval: number;
  private intervalEndNs: number;
  private ending: Pick<Ended, "outcome" | "reason" | "limit"> = { outcome: "done", reason: "" };

  constructor(
    private readonly settings: DriverSettings,
    private readonly cursor: Cursor,
    private readonly slots: readonly Slot[],
    private readonly usage: UsageMeter,
    private readonly emit: (event: RunEvent) => void,
  ) {
    const { from, spin, closed } = settings;
    this.name = { child: settings.child, incarnation: settings.incarnation };
    this.recorder = new Recorder(settings.shape);
    this.waiting = new Waiting(this.backlog, this.recorder, settings.targetOf);
    this.untilNs = settings.endNs;
    this.interval = from;
    this.intervalEndNs = (from + 1) * INTERVAL_NS;
    this.take = closed ? this.takeClosed : this.takeOpen;
    this.nextNs = closed ? this.nextClosedNs : this.nextOpenNs;
    this.pacer = new Pacer(
      () => this.now(),
      spin,
      this.recorder.turn,
      (nowNs) => this.turn(nowNs),
      () => this.busy === 0,
    );
    this.exchanges = makeExchanges(settings, this.recorder, this.pacer, this.repayment, {
      now: () => this.now(),
      ending: (nowNs) => this.closeIntervals(nowNs),
      freed: (slot, nowNs) => this.freed(slot, nowNs),
      limitReached: (limit) => this.endAtOnce(limit),
    });
    this.idle = settings.reuse === "mru" ? new SlotStack() : new SlotRing(slots.length);
    for (const slot of slots) {
      slot.events = this.exchanges;
      this.idle.push(slot);
    }
    while (!closed && cursor.dueNs < from * INTERVAL_NS) cursor.advance();
  }

  private now(): number {
    return (performance.now() - this.t0Ms) * 1e6;
  }

  /** T0 on `performance.now()`, in the future as a rule. */
  start(t0Ms: number): void {
    if (this.phase !== "waiting") return;
    this.t0Ms = t0Ms;
    const startNs = this.settings.from * INTERVAL_NS;
    const sleepMs = (startNs - this.now()) / 1e6 - SPIN_TO_START_MS;
    setTimeout(() => this.begin(startNs), Math.max(0, sleepMs));
  }

  private begin(startNs: number): void {
    if (this.phase !== "waiting") return;
    const nowNs = this.now();
    if (nowNs < startNs) {
      setImmediate(() => this.begin(startNs));
      return;
    }
    this.phase = "running";
    this.usage.start();
    for (const slot of this.slots) slot.readyNs = slot.doneNs = startNs;
    this.emit({ type: "started", ...this.name, latenessNs: Math.round(nowNs - startNs) });
    if (this.settings.prefetch) for (const slot of this.slots) slot.prefetch();
    this.pacer.start();
  }

  /** First call: nothing more becomes due, what is in flight may end. Second call: at once. */
  stop(reason: string): void {
    const nowNs = this.now();
    const early = this.phase === "waiting" || this.phase === "running";
    if (early) this.ending = { outcome: "stopped", reason };
    if (this.phase === "waiting") this.finish(0, 0);
    else if (this.phase === "running") {
      this.untilNs = Math.min(this.untilNs, nowNs);
      this.turn(nowNs);
    } else if (this.phase === "draining") {
      this.drainedNs = nowNs;
      this.turn(nowNs);
    }
  }

  /** The slot that has reached the limit is busy: the end comes when it is free. */
  private endAtOnce(limit: CountLimit): void {
    if (this.phase !== "running") return;
    const nowNs = this.now();
    this.ending = { outcome: "stopped", reason: `${limit.count} above ${limit.above}`, limit };
    this.untilNs = Math.min(this.untilNs, nowNs, this.settings.closed ? nowNs : this.cursor.dueNs);
    this.phase = "draining";
    this.waiting.giveUp(nowNs);
    // What is being dealt with may have been looked at a moment ago.
    this.drainedNs = 0;
    this.pacer.arm(nowNs, nowNs);
  }

  /** One look at everything. Returns when the next exchange is due. */
  private turn(nowNs: number): number {
    this.exchanges.expire(nowNs);
    this.pump(nowNs);
    if (this.phase === "running") this.considerDraining(nowNs);
    if (this.phase === "draining") this.considerEnding(nowNs);
    return this.phase === "draining" ? this.drainedNs : this.nextNs();
  }

  private nextOpenNs(): number {
    return Math.min(this.cursor.dueNs, this.untilNs);
  }

  /** Only answers bring the next exchange. */
  private nextClosedNs(): number {
    return this.untilNs;
  }

  // ── from the schedule to the slots ──────────────────────────────────────────────────────────

  /** All that is due by now, interval by interval. */
  private pump(nowNs: number): void {
    this.take(nowNs);
    this.closeIntervals(nowNs);
  }

  /** What became due in an interval belongs to it, whether sent or still waiting. */
  private closeIntervals(nowNs: number): void {
    while (nowNs >= this.intervalEndNs && this.phase !== "ended") {
      this.take(this.intervalEndNs);
      this.snapshot();
      this.interval++;
      this.intervalEndNs += INTERVAL_NS;
      this.take(nowNs);
    }
  }

  private takeOpen(nowNs: number): void {
    const { cursor } = this;
    const beforeNs = this.intervalEndNs;
    while (cursor.dueNs <= nowNs && cursor.dueNs < beforeNs && cursor.dueNs < this.untilNs) {
      this.becomeDue(cursor.i, cursor.dueNs);
      cursor.advance();
    }
  }

  private becomeDue(i: number, dueNs: number): void {
    const cell = this.cellOf(i, dueNs);
    cell.due++;
    const slot = this.backlog.size === 0 ? this.idle.shift() : null;
    if (slot) {
      this.dispatch(slot, i, dueNs, cell);
    } else if (this.backlog.size < this.settings.maxBacklog) {
      cell.backlog++;
      this.backlog.push(i, dueNs);
    } else {
      cell.dropped++;
      this.repayment.drop(dueNs);
      cell.countError("dropped", "the backlog was full", dueNs);
      this.exchanges.dropped();
    }
  }

  private takeClosed(nowNs: number): void {
    const { cursor } = this;
    while (cursor.i >= 0 && nowNs < this.untilNs) {
      const slot = this.idle.shift();
      if (!slot) return;
      const { i } = cursor;
      const cell = this.cellOf(i, slot.doneNs);
      cell.due++;
      slot.readyNs = slot.doneNs;
      cursor.advance();
      this.dispatch(slot, i, slot.doneNs, cell);
    }
  }

  /** Where the exchange is recorded: by when it is due, and by its target. */
  private cellOf(i: number, dueNs: number): CellRecorder {
    return this.recorder.cellAt(dueNs, this.settings.targetOf(i));
  }

  private dispatch(slot: Slot, i: number, dueNs: number, cell: CellRecorder): void {
    slot.i = i;
    slot.target = cell.place.target;
    slot.dueNs = dueNs;
    slot.cell = cell;
    this.busy++;
    this.exchanges.begin(slot);
  }

  /** The slot takes what has waited longest, or waits itself. */
  private freed(slot: Slot, nowNs: number): void {
    this.busy--;
    if (this.backlog.size === 0) this.idle.push(slot);
    else this.takeFromBacklog(slot);
    this.take(nowNs);
    if (this.phase === "running") this.pacer.arm(nowNs, this.nextNs());
    else if (this.busy === 0 || nowNs >= this.drainedNs) this.turn(nowNs);
  }

  private takeFromBacklog(slot: Slot): void {
    const { backlog } = this;
    const i = backlog.headNumber;
    const dueNs = backlog.headDueNs;
    backlog.shift();
    const cell = this.cellOf(i, dueNs);
    cell.backlog--;
    if (this.repayment.dropped > 0) this.repayment.repay(slot, dueNs);
    this.dispatch(slot, i, dueNs, cell);
  }

  // ── intervals and the end ───────────────────────────────────────────────────────────────────

  private considerDraining(nowNs: number): void {
    const ended = nowNs >= this.untilNs;
    const exhausted = this.settings.endsWithSchedule && this.cursor.i < 0 && this.busy === 0;
    if (!ended && !(exhausted && this.backlog.size === 0)) return;
    this.phase = "draining";
    this.untilNs = Math.min(this.untilNs, nowNs);
    this.waiting.giveUp(nowNs);
    this.drainedNs = Math.min(this.drainedNs, nowNs + this.settings.drainNs);
  }

  private considerEnding(nowNs: number): void {
    if (this.busy > 0 && nowNs < this.drainedNs) return;
    this.exchanges.censorAll(nowNs);
    for (const slot of this.slots) slot.close();
    const startNs = this.interval * INTERVAL_NS;
    const idle = startNs >= this.untilNs && this.recorder.isEmpty;
    const intervals = this.interval - this.settings.from;
    if (idle && intervals > 0) return this.finish(intervals);
    this.snapshot();
    this.finish(intervals + 1);
  }

  private finish(intervals: number, untilNs = this.untilNs): void {
    this.phase = "ended";
    this.pacer.stop();
    this.emit({ type: "ended", ...this.name, ...this.ending, intervals, untilNs });
  }

  private snapshot(): void {
    const atNs = Math.min(this.now(), this.intervalEndNs);
    this.exchanges.recordAges(atNs);
    this.waiting.recordAges(atNs);
    const { child, incarnation } = this.name;
    this.emit(this.recorder.flush(child, incarnation, this.interval, this.usage.take()));
  }
}
