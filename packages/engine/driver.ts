/**
 * Driver: carries one child's share of the schedule to its slots.
 *
 *     cursor ──due──▶ backlog ──slot free──▶ slot.begin ──▶ sending ──▶ answered | failed ──▶ slot free
 *        (never waits)   │ full: dropped        (connect)
 *
 *     running ──end of the plan, or stop()──▶ draining ──nothing in flight, or drain over──▶ ended
 *
 * Stamps are nanoseconds after T0. `free = max(due, done of the exchange before − debt)`, debt being what our own lateness kept
 * the slot busy: the lag of the exchange before and, when the loop had stood still, how late its answer can have been read
 * (docs/decisions/0001). The models differ in where exchanges come from, and that is chosen once, in `engine.ts`.
 */
import type { Ended, RunEvent } from "@nightjar/core/load-generator.ts";
import type { Cursor } from "@nightjar/core/schedule.ts";
import { INTERVAL_NS } from "@nightjar/core/snapshot.ts";
import type { FailureKind } from "@nightjar/core/tally.ts";
import { Pacer } from "./pacer.ts";
import { type PhaseRecorder, Recorder } from "./recorder.ts";
import { Backlog, SlotRing } from "./ring.ts";
import type { Slot, SlotEvents } from "./slot.ts";
import { SlotQueue } from "./slot-queue.ts";
import type { UsageMeter } from "./usage.ts";

export interface DriverSettings {
  readonly child: string;
  readonly incarnation: number;
  readonly from: number;
  readonly closed: boolean;
  /** The plan is over when its last exchange is (`requests`), not only when its time is. */
  readonly endsWithSchedule: boolean;
  readonly warmupNs: number;
  readonly endNs: number;
  readonly timeoutNs: number;
  readonly connectTimeoutNs: number;
  readonly drainNs: number;
  readonly maxBacklog: number;
  readonly spin: boolean;
  /** Statuses that count as ok: [from, to]. */
  readonly okStatus: readonly [number, number];
}

type Phase = "waiting" | "running" | "draining" | "ended";

export class Driver implements SlotEvents {
  protected readonly recorder = new Recorder();
  private readonly pacer: Pacer;
  private readonly idle: SlotRing;
  private readonly backlog = new Backlog();
  private readonly connectingSlots = new SlotQueue();
  private readonly inFlight = new SlotQueue();
  private busy = 0;
  private phase: Phase = "waiting";
  private t0Ms = 0;
  private untilNs: number;
  private drainedNs = Number.POSITIVE_INFINITY;
  private interval: number;
  private intervalEndNs: number;
  private ending: { outcome: "done" | "stopped"; reason: string } = { outcome: "done", reason: "" };

  constructor(
    private readonly settings: DriverSettings,
    private readonly cursor: Cursor,
    private readonly slots: readonly Slot[],
    private readonly usage: UsageMeter,
    private readonly emit: (event: RunEvent) => void,
  ) {
    this.untilNs = settings.endNs;
    this.interval = settings.from;
    this.intervalEndNs = (settings.from + 1) * INTERVAL_NS;
    this.idle = new SlotRing(slots.length);
    for (const slot of slots) {
      slot.events = this;
      this.idle.push(slot);
    }
    while (cursor.dueNs < settings.from * INTERVAL_NS) cursor.advance();
    this.pacer = new Pacer(
      () => this.now(),
      settings.spin,
      this.recorder.turn,
      (nowNs) => this.turn(nowNs),
    );
  }

  now(): number {
    return (performance.now() - this.t0Ms) * 1e6;
  }

  /** T0 on `performance.now()`, in the future as a rule. */
  start(t0Ms: number): void {
    if (this.phase !== "waiting") return;
    this.t0Ms = t0Ms;
    const startNs = this.settings.from * INTERVAL_NS;
    setTimeout(() => this.begin(startNs), Math.max(0, (startNs - this.now()) / 1e6 - 2));
  }

  /** The last two milliseconds to T0 are spun, so that T0 is kept to some microseconds. */
  private begin(startNs: number): void {
    if (this.phase !== "waiting") return;
    if (this.now() < startNs) {
      setImmediate(() => this.begin(startNs));
      return;
    }
    this.phase = "running";
    this.usage.start();
    const { child, incarnation } = this.settings;
    this.emit({
      type: "started",
      child,
      incarnation,
      latenessNs: Math.max(0, Math.round(this.now() - startNs)),
    });
    this.pacer.start();
  }

  /** First call: nothing more becomes due, what is in flight may end. Second call: at once. */
  stop(reason: string): void {
    if (this.phase === "ended") return;
    if (this.phase === "waiting") {
      this.phase = "draining";
      this.untilNs = 0;
      this.ending = { outcome: "stopped", reason };
      this.finish(0, false);
      return;
    }
    const nowNs = this.now();
    if (this.phase === "running") {
      this.ending = { outcome: "stopped", reason };
      this.untilNs = Math.min(this.untilNs, nowNs);
      this.turn(nowNs);
    } else {
      this.drainedNs = nowNs;
      this.turn(nowNs);
    }
  }

  /** One look at everything. Returns when the next exchange is due. */
  private turn(nowNs: number): number {
    this.expire(nowNs);
    this.pump(nowNs);
    if (this.phase === "running") this.considerDraining(nowNs);
    if (this.phase === "draining") this.considerEnding(nowNs);
    if (this.settings.closed) return Number.POSITIVE_INFINITY;
    return Math.min(this.cursor.dueNs, this.untilNs);
  }

  // ── from the schedule to the slots ──────────────────────────────────────────────────────────────────────────

  /** All that is due by now, interval by interval. */
  private pump(nowNs: number): void {
    for (;;) {
      if (this.settings.closed) this.takeClosed(nowNs);
      else this.takeOpen(nowNs);
      if (nowNs < this.intervalEndNs || this.phase === "ended") return;
      this.rotate();
    }
  }

  private takeOpen(nowNs: number): void {
    const { cursor } = this;
    const limitNs = Math.min(nowNs, this.intervalEndNs, this.untilNs);
    while (cursor.dueNs <= limitNs) {
      const dueNs = cursor.dueNs;
      if (dueNs >= this.intervalEndNs || dueNs >= this.untilNs) return;
      this.becomeDue(cursor.i, dueNs);
      cursor.advance();
    }
  }

  private becomeDue(i: number, dueNs: number): void {
    const phase = this.phaseAt(dueNs);
    phase.due++;
    const slot = this.backlog.size === 0 ? this.idle.shift() : null;
    if (slot) {
      this.dispatch(slot, i, dueNs, phase);
    } else if (this.backlog.size < this.settings.maxBacklog) {
      phase.backlog++;
      this.backlog.push(i, dueNs);
    } else {
      phase.dropped++;
      phase.countError("dropped", "the backlog was full", dueNs);
    }
  }

  /** Closed loop: an exchange is due when its slot is free. */
  private takeClosed(nowNs: number): void {
    while (this.cursor.i >= 0 && nowNs < this.untilNs) {
      const slot = this.idle.shift();
      if (!slot) return;
      const phase = this.phaseAt(slot.readyNs);
      phase.due++;
      const { i } = this.cursor;
      this.cursor.advance();
      this.dispatch(slot, i, slot.readyNs, phase);
    }
  }

  private phaseAt(dueNs: number): PhaseRecorder {
    return dueNs < this.settings.warmupNs ? this.recorder.warmup : this.recorder.measured;
  }

  private dispatch(slot: Slot, i: number, dueNs: number, phase: PhaseRecorder): void {
    slot.i = i;
    slot.dueNs = dueNs;
    slot.phase = phase;
    slot.freeNs = dueNs > slot.readyNs ? dueNs : slot.readyNs;
    slot.connectNs = 0;
    slot.firstByteNs = 0;
    slot.lagNs = 0;
    phase.sent++;
    phase.inFlight++;
    phase.wait.record(Math.round(slot.freeNs - dueNs));
    this.busy++;
    slot.begin();
  }

  /** The slot takes what has waited longest, or waits itself. */
  private release(slot: Slot): void {
    slot.i = -1;
    this.busy--;
    if (this.backlog.size === 0 || this.phase === "draining") {
      this.idle.push(slot);
      return;
    }
    const i = this.backlog.headNumber;
    const dueNs = this.backlog.headDueNs;
    this.backlog.shift();
    const phase = this.phaseAt(dueNs);
    phase.backlog--;
    this.dispatch(slot, i, dueNs, phase);
  }

  // ── what slots tell ─────────────────────────────────────────────────────────────────────────────────────────

  connecting(slot: Slot): void {
    slot.connectStartNs = this.now();
    this.connectingSlots.append(slot);
  }

  tcpOpen(slot: Slot): void {
    slot.tcpNs = this.now() - slot.connectStartNs;
    slot.phase.tcp.record(Math.round(slot.tcpNs));
  }

  /** A connection that this exchange had to open is open now; `connectStartNs` tells since when. */
  connected(slot: Slot, secure: boolean): void {
    slot.connectNs = this.now() - slot.connectStartNs;
    if (secure) slot.phase.tls.record(Math.round(slot.connectNs - slot.tcpNs));
    this.connectingSlots.remove(slot);
  }

  sending(slot: Slot): void {
    const nowNs = this.now();
    const { phase } = slot;
    slot.sentNs = nowNs;
    const lagNs = nowNs - slot.connectNs - slot.freeNs;
    slot.lagNs = lagNs > 0 ? lagNs : 0;
    phase.connect.record(Math.round(slot.connectNs));
    phase.lag.record(Math.round(slot.lagNs));
    if (slot.connectNs === 0) this.recorder.reused++;
    this.inFlight.append(slot);
  }

  answered(slot: Slot, status: number, address: string): void {
    const nowNs = this.now();
    this.pacer.alive(nowNs);
    this.pacer.hadWork = true;
    if (nowNs >= this.intervalEndNs) this.pump(nowNs);
    const { phase } = slot;
    phase.completed++;
    phase.inFlight--;
    phase.service.record(Math.round(nowNs - slot.sentNs));
    phase.firstByte.record(Math.round((slot.firstByteNs || nowNs) - slot.sentNs));
    const responseNs = Math.round(nowNs - slot.dueNs);
    const [okFrom, okTo] = this.settings.okStatus;
    if (status >= okFrom && status <= okTo) {
      phase.ok++;
      phase.response.record(responseNs);
    } else {
      phase.errors++;
      phase.errorResponse.record(responseNs);
      phase.countError(`status-${status}`, `answered with status ${status}`, nowNs);
    }
    phase.countStatus(status);
    this.recorder.countBackend(address, 1);
    this.inFlight.remove(slot);
    this.free(slot, nowNs);
  }

  failed(slot: Slot, kind: FailureKind, sample: string): void {
    const nowNs = this.now();
    this.pacer.alive(nowNs);
    this.pacer.hadWork = true;
    if (nowNs >= this.intervalEndNs) this.pump(nowNs);
    this.fail(slot, kind, sample, nowNs, nowNs - slot.dueNs);
  }

  private fail(slot: Slot, kind: FailureKind, sample: string, nowNs: number, ageNs: number): void {
    const { phase } = slot;
    slot.queue?.remove(slot);
    phase.failed++;
    phase.inFlight--;
    phase.failedAge.record(Math.round(ageNs));
    phase.countError(kind, sample, nowNs);
    this.free(slot, nowNs);
  }

  private free(slot: Slot, nowNs: number): void {
    slot.readyNs = this.settings.closed ? nowNs : nowNs - this.debt(slot, nowNs);
    this.release(slot);
    this.pump(nowNs);
    if (this.phase !== "running") this.turn(nowNs);
    else this.pacer.arm(nowNs, this.settings.closed ? Number.POSITIVE_INFINITY : this.cursor.dueNs);
  }

  /** For how long our own lateness kept the slot busy. */
  private debt(slot: Slot, nowNs: number): number {
    const { stallStartNs, stallShadowNs } = this.pacer;
    if (slot.sentNs <= stallStartNs && nowNs <= stallShadowNs)
      return slot.lagNs + nowNs - stallStartNs;
    return slot.lagNs;
  }

  opened(): void {
    this.recorder.opened++;
  }

  closedByServer(): void {
    this.recorder.closedByServer++;
  }

  connectionFailed(): void {
    this.recorder.connectionsFailed++;
  }

  bytesSent(bytes: number): void {
    this.recorder.bytesSent += bytes;
  }

  bytesReceived(bytes: number): void {
    this.recorder.bytesReceived += bytes;
  }

  // ── time limits, intervals and the end ──────────────────────────────────────────────────────────────────────

  /** Fails what has waited beyond its timeout: the heads of the two queues are the oldest. */
  private expire(nowNs: number): void {
    const { timeoutNs, connectTimeoutNs } = this.settings;
    for (
      let slot = this.inFlight.head;
      slot && nowNs - slot.sentNs >= timeoutNs;
      slot = this.inFlight.head
    ) {
      slot.abandon();
      const ageNs = slot.sentNs + timeoutNs - slot.dueNs;
      this.fail(slot, "timeout", `no answer within ${timeoutNs / 1e6} ms`, nowNs, ageNs);
    }
    for (let slot = this.connectingSlots.head; slot; slot = this.connectingSlots.head) {
      if (nowNs - slot.connectStartNs < connectTimeoutNs) return;
      slot.abandon();
      this.recorder.connectionsFailed++;
      const sample = `no connection within ${connectTimeoutNs / 1e6} ms`;
      this.fail(slot, "connect-timeout", sample, nowNs, nowNs - slot.dueNs);
    }
  }

  private considerDraining(nowNs: number): void {
    const exhausted = this.cursor.i < 0;
    const ended = nowNs >= this.untilNs;
    if (!ended && !(exhausted && this.settings.endsWithSchedule && this.backlog.size === 0)) return;
    this.phase = "draining";
    if (!ended) this.untilNs = nowNs;
    this.giveUpBacklog(nowNs);
    this.drainedNs = Math.min(this.drainedNs, nowNs + this.settings.drainNs);
  }

  /** What still waits for a connection when the run is over is not sent any more. */
  private giveUpBacklog(nowNs: number): void {
    for (; this.backlog.size > 0; this.backlog.shift()) {
      const dueNs = this.backlog.headDueNs;
      const phase = this.phaseAt(dueNs);
      phase.backlog--;
      phase.unsent++;
      phase.unsentAge.record(Math.round(nowNs - dueNs));
    }
  }

  private considerEnding(nowNs: number): void {
    if (this.busy > 0 && nowNs < this.drainedNs) return;
    this.censor(this.inFlight, nowNs);
    this.censor(this.connectingSlots, nowNs);
    for (const slot of this.slots) slot.abandon();
    const startNs = this.interval * INTERVAL_NS;
    const nothing =
      startNs >= this.untilNs && this.recorder.isEmpty && this.interval > this.settings.from;
    this.finish(this.interval + (nothing ? 0 : 1) - this.settings.from, !nothing);
  }

  private censor(queue: SlotQueue, nowNs: number): void {
    for (let slot = queue.head; slot; slot = queue.head) {
      queue.remove(slot);
      slot.phase.inFlight--;
      slot.phase.censored++;
      slot.phase.censoredAge.record(Math.round(nowNs - slot.dueNs));
    }
  }

  private finish(intervals: number, last: boolean): void {
    this.phase = "ended";
    this.pacer.stop();
    if (last) this.snapshot();
    const { child, incarnation } = this.settings;
    const name = { type: "ended", child, incarnation } as const;
    this.emit({ ...name, ...this.ending, intervals, untilNs: this.untilNs } satisfies Ended);
  }

  /** The interval is over: what became due in it is in it, whether sent or still waiting. */
  private rotate(): void {
    this.snapshot();
    this.interval++;
    this.intervalEndNs += INTERVAL_NS;
  }

  private snapshot(): void {
    const atNs = Math.min(this.now(), this.intervalEndNs);
    for (const queue of [this.inFlight, this.connectingSlots]) {
      for (let slot = queue.head; slot; slot = slot.after) {
        slot.phase.inFlightAge.record(Math.round(atNs - slot.dueNs));
      }
    }
    for (let index = 0; index < this.backlog.size; index++) {
      const dueNs = this.backlog.dueAt(index);
      this.phaseAt(dueNs).backlogAge.record(Math.round(atNs - dueNs));
    }
    const { child, incarnation } = this.settings;
    this.emit(this.recorder.flush(child, incarnation, this.interval, this.usage.take()));
  }
}
