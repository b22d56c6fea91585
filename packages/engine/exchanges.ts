/**
 * Exchanges: what happens to exchanges once they have a slot, stamped and recorded. All times are
 * nanoseconds after T0.
 *
 *     begun ──▶ [connecting ─▶ tcp ─▶ connected] ──▶ sending ──▶ answered | failed | censored
 *
 * The clock is read for each send and each completed answer, and where a connection opens; nowhere
 * else.
 */
import type { FailureKind } from "@nightjar/core/tally.ts";
import type { Pacer } from "./pacer.ts";
import type { Recorder } from "./recorder.ts";
import type { Slot, SlotEvents } from "./slot.ts";
import { SlotQueue } from "./slot-queue.ts";

export interface ExchangeSettings {
  readonly timeoutNs: number;
  readonly connectTimeoutNs: number;
  /** Statuses that count as ok: [from, to]. */
  readonly okStatus: readonly [number, number];
}

/** The driver's side. */
export interface ExchangeHooks {
  now(): number;
  /** Before an end is recorded: intervals that are over by then are closed first. */
  ending(nowNs: number): void;
  /** The slot has no exchange any more. */
  freed(slot: Slot, nowNs: number): void;
}

export class Exchanges implements SlotEvents {
  private readonly connectingSlots = new SlotQueue();
  private readonly inFlight = new SlotQueue();

  constructor(
    private readonly settings: ExchangeSettings,
    private readonly recorder: Recorder,
    private readonly pacer: Pacer,
    private readonly hooks: ExchangeHooks,
  ) {}

  now(): number {
    return this.hooks.now();
  }

  /** The slot has `i`, `dueNs` and `phase`; it was free at `readyNs`. */
  begin(slot: Slot): void {
    const { phase, dueNs } = slot;
    slot.freeNs = dueNs > slot.readyNs ? dueNs : slot.readyNs;
    slot.connectNs = 0;
    slot.firstByteNs = 0;
    slot.lagNs = 0;
    slot.sentNs = 0;
    phase.sent++;
    phase.inFlight++;
    phase.wait.record(Math.round(slot.freeNs - dueNs));
    slot.begin();
  }

  connecting(slot: Slot): void {
    slot.connectStartNs = this.now();
    this.connectingSlots.append(slot);
  }

  tcpOpen(slot: Slot): void {
    slot.tcpNs = this.now() - slot.connectStartNs;
    slot.phase.tcp.record(Math.round(slot.tcpNs));
  }

  connected(slot: Slot, secure: boolean): void {
    slot.connectNs = this.now() - slot.connectStartNs;
    if (secure) slot.phase.tls.record(Math.round(slot.connectNs - slot.tcpNs));
    this.recorder.opened++;
    this.connectingSlots.remove(slot);
  }

  sending(slot: Slot): void {
    const nowNs = this.now();
    const { phase, connectNs } = slot;
    const lagNs = nowNs - connectNs - slot.freeNs;
    slot.sentNs = nowNs;
    slot.lagNs = lagNs > 0 ? lagNs : 0;
    phase.connect.record(Math.round(connectNs));
    phase.lag.record(Math.round(slot.lagNs));
    if (connectNs === 0) this.recorder.reused++;
    this.inFlight.append(slot);
  }

  answered(slot: Slot, status: number, address: string): void {
    const nowNs = this.now();
    this.pacer.worked(nowNs);
    this.hooks.ending(nowNs);
    const { phase } = slot;
    phase.completed++;
    phase.inFlight--;
    phase.service.record(Math.round(nowNs - slot.sentNs));
    phase.firstByte.record(Math.round((slot.firstByteNs || nowNs) - slot.sentNs));
    this.countAnswer(slot, status, nowNs);
    this.recorder.countBackend(address);
    this.inFlight.remove(slot);
    this.free(slot, nowNs);
  }

  private countAnswer({ phase, dueNs }: Slot, status: number, nowNs: number): void {
    const responseNs = Math.round(nowNs - dueNs);
    const [okFrom, okTo] = this.settings.okStatus;
    phase.countStatus(status);
    if (status >= okFrom && status <= okTo) {
      phase.ok++;
      phase.response.record(responseNs);
    } else {
      phase.errors++;
      phase.errorResponse.record(responseNs);
      phase.countStatusError(status, nowNs);
    }
  }

  failed(slot: Slot, kind: FailureKind, sample: string): void {
    const nowNs = this.now();
    this.pacer.worked(nowNs);
    this.hooks.ending(nowNs);
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
    slot.readyNs = nowNs - this.debt(slot, nowNs);
    slot.doneNs = nowNs;
    slot.i = -1;
    this.hooks.freed(slot, nowNs);
  }

  /**
   * For how long our own lateness kept the slot busy: its exchange left late by `lag`; and if the
   * loop has just stood still, the answer to what was sent before may have waited for us since.
   */
  private debt(slot: Slot, nowNs: number): number {
    const { stallStartNs, stallShadowNs } = this.pacer;
    const readLate = slot.sentNs <= stallStartNs && nowNs <= stallShadowNs;
    return readLate ? slot.lagNs + nowNs - stallStartNs : slot.lagNs;
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

  /** Fails what has waited beyond its timeout: the heads of the two queues are the oldest. */
  expire(nowNs: number): void {
    this.expireAnswers(nowNs);
    this.expireConnects(nowNs);
  }

  private expireAnswers(nowNs: number): void {
    const { timeoutNs } = this.settings;
    for (let slot = this.inFlight.head; slot; slot = this.inFlight.head) {
      if (nowNs - slot.sentNs < timeoutNs) return;
      slot.abandon();
      const ageNs = slot.sentNs + timeoutNs - slot.dueNs;
      this.fail(slot, "timeout", `no answer within ${timeoutNs / 1e6} ms`, nowNs, ageNs);
    }
  }

  private expireConnects(nowNs: number): void {
    const { connectTimeoutNs } = this.settings;
    for (let slot = this.connectingSlots.head; slot; slot = this.connectingSlots.head) {
      if (nowNs - slot.connectStartNs < connectTimeoutNs) return;
      slot.abandon();
      this.connectionFailed();
      const sample = `no connection within ${connectTimeoutNs / 1e6} ms`;
      this.fail(slot, "connect-timeout", sample, nowNs, nowNs - slot.dueNs);
    }
  }

  /** Gives up what is in flight at the end of the run: answered or not, nobody will know. */
  censorAll(nowNs: number): void {
    for (const queue of [this.inFlight, this.connectingSlots]) {
      for (let slot = queue.head; slot; slot = queue.head) {
        queue.remove(slot);
        slot.phase.inFlight--;
        slot.phase.censored++;
        slot.phase.censoredAge.record(Math.round(nowNs - slot.dueNs));
      }
    }
  }

  /** Ages at the end of an interval, should this child not live to report them otherwise. */
  recordAges(atNs: number): void {
    for (const queue of [this.inFlight, this.connectingSlots]) {
      for (let slot = queue.head; slot; slot = slot.after) {
        slot.phase.inFlightAge.record(Math.round(atNs - slot.dueNs));
      }
    }
  }
}
