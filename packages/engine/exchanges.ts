/**
 * Exchanges: what happens to exchanges once they have a slot, stamped and recorded. All times are
 * nanoseconds after T0.
 *
 *     begun ──▶ [connecting ─▶ tcp ─▶ connected] ──▶ sending ──▶ answered | failed | censored
 *
 * The clock is read for each send and each completed answer, and where a connection opens; nowhere
 * else.
 */

import type { FailureKind } from "@nightjar/core/record/tally.ts";
import type { CountLimit } from "@nightjar/core/run/count-limit.ts";
import type { CheckFault } from "./check-fault.ts";
import type { Pacer } from "./pacer.ts";
import type { Recorder } from "./recorder.ts";
import type { Repayment } from "./repayment.ts";
import type { Slot, SlotEvents } from "./slot.ts";
import { SlotQueue } from "./slot-queue.ts";

export interface ExchangeSettings {
  readonly timeoutNs: number;
  readonly connectTimeoutNs: number;
  /** Indexed by status: 1 where it counts as ok. */
  readonly okStatus: Uint8Array;
}

/** The driver's side. */
export interface ExchangeHooks {
  now(): number;
  /** Before an end is recorded: intervals that are over by then are closed first. */
  ending(nowNs: number): void;
  /** The slot has no exchange any more. */
  freed(slot: Slot, nowNs: number): void;
  /** Nothing more is begun, and what is in flight is not waited for. */
  limitReached(limit: CountLimit): void;
}

export class Exchanges implements SlotEvents {
  private readonly connectingSlots = new SlotQueue();
  private readonly inFlight = new SlotQueue();

  constructor(
    private readonly settings: ExchangeSettings,
    private readonly recorder: Recorder,
    private readonly pacer: Pacer,
    private readonly repayment: Repayment,
    protected readonly hooks: ExchangeHooks,
  ) {}

  now(): number {
    return this.hooks.now();
  }

  /** The slot has `i`, `dueNs` and `phase`; it was free at `readyNs`. */
  begin(slot: Slot): void {
    const { cell, dueNs } = slot;
    slot.freeNs = dueNs > slot.readyNs ? dueNs : slot.readyNs;
    slot.connectNs = 0;
    slot.firstByteNs = 0;
    slot.lagNs = 0;
    slot.sentNs = 0;
    slot.backend = -1;
    cell.sent++;
    cell.inFlight++;
    cell.wait.record(Math.round(slot.freeNs - dueNs));
    slot.begin();
  }

  connecting(slot: Slot): void {
    slot.connectStartNs = this.now();
    this.connectingSlots.append(slot);
  }

  tcpOpen(slot: Slot): void {
    slot.tlsStartNs = this.now() - slot.connectStartNs;
    slot.cell.tcp.record(Math.round(slot.tlsStartNs));
  }

  tunnelOpen(slot: Slot): void {
    slot.tlsStartNs = this.now() - slot.connectStartNs;
  }

  connected(slot: Slot, secure: boolean): void {
    slot.connectNs = this.now() - slot.connectStartNs;
    if (secure) slot.cell.tls.record(Math.round(slot.connectNs - slot.tlsStartNs));
    this.recorder.opened++;
    this.connectingSlots.remove(slot);
  }

  prefetched(): void {
    this.recorder.opened++;
  }

  /** An exchange was due while the backlog was full. */
  dropped(): void {}

  sending(slot: Slot): void {
    const nowNs = this.now();
    const { cell, connectNs } = slot;
    const lagNs = nowNs - connectNs - slot.freeNs;
    slot.sentNs = nowNs;
    slot.lagNs = lagNs > 0 ? lagNs : 0;
    if (this.repayment.dropped > 0) this.noteLag(slot);
    cell.connect.record(Math.round(connectNs));
    cell.lag.record(Math.round(slot.lagNs));
    if (connectNs === 0) this.recorder.reused++;
    this.inFlight.append(slot);
  }

  /** What of the lag is not the debt of the exchange before is new. */
  private noteLag(slot: Slot): void {
    const { freeNs, readyNs, doneNs, lagNs } = slot;
    const carriedNs = freeNs === readyNs ? doneNs - readyNs : 0;
    this.repayment.grew(slot, carriedNs, lagNs - carriedNs, freeNs);
  }

  answered(slot: Slot, status: number): void {
    const nowNs = this.now();
    this.complete(slot, status, nowNs);
    const { cell } = slot;
    const isOk = this.settings.okStatus[status] === 1;
    cell.backends.answered(slot.backend, Math.round(nowNs - slot.sentNs), !isOk);
    if (isOk) {
      cell.ok++;
      cell.response.record(Math.round(nowNs - slot.dueNs));
    } else {
      this.countError(slot, nowNs);
      cell.countStatusError(status, nowNs);
    }
    this.free(slot, nowNs);
  }

  /** A status that is not ok says more than a check that failed. */
  rejected(slot: Slot, status: number, fault: CheckFault): void {
    const nowNs = this.now();
    this.complete(slot, status, nowNs);
    const { cell } = slot;
    cell.backends.answered(slot.backend, Math.round(nowNs - slot.sentNs), true);
    this.countError(slot, nowNs);
    if (this.settings.okStatus[status] === 1) cell.countFault(fault, nowNs);
    else cell.countStatusError(status, nowNs);
    this.free(slot, nowNs);
  }

  /** What is recorded of every answer. */
  protected complete(slot: Slot, status: number, nowNs: number): void {
    this.pacer.worked(nowNs);
    this.hooks.ending(nowNs);
    const { cell } = slot;
    const serviceNs = nowNs - slot.sentNs;
    cell.completed++;
    cell.inFlight--;
    cell.service.record(Math.round(serviceNs));
    cell.firstByte.record(Math.round((slot.firstByteNs || nowNs) - slot.sentNs));
    cell.recordNumbers(slot.recorded, serviceNs);
    cell.countStatus(status);
    this.inFlight.remove(slot);
  }

  private countError({ cell, dueNs }: Slot, nowNs: number): void {
    cell.errors++;
    cell.errorResponse.record(Math.round(nowNs - dueNs));
  }

  failed(slot: Slot, kind: FailureKind, sample: string): void {
    const nowNs = this.now();
    this.pacer.worked(nowNs);
    this.hooks.ending(nowNs);
    this.fail(slot, kind, sample, nowNs, nowNs - slot.dueNs);
  }

  protected fail(
    slot: Slot,
    kind: FailureKind,
    sample: string,
    nowNs: number,
    ageNs: number,
  ): void {
    const { cell } = slot;
    slot.queue?.remove(slot);
    cell.failed++;
    cell.backends.failed(slot.backend);
    cell.inFlight--;
    cell.failedAge.record(Math.round(ageNs));
    cell.countError(kind, sample, nowNs);
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
    if (!readLate) return slot.lagNs;
    this.repayment.grew(slot, slot.lagNs, nowNs - stallStartNs, stallStartNs);
    return slot.lagNs + nowNs - stallStartNs;
  }

  closedByServer(): void {
    this.recorder.closedByServer++;
  }

  resumed(): void {
    this.recorder.resumed++;
  }

  backend(address: string): number {
    return this.recorder.backendNames.of(address);
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
        slot.cell.inFlight--;
        slot.cell.censored++;
        slot.cell.censoredAge.record(Math.round(nowNs - slot.dueNs));
      }
    }
  }

  /** Ages at the end of an interval, should this child not live to report them otherwise. */
  recordAges(atNs: number): void {
    for (const queue of [this.inFlight, this.connectingSlots]) {
      for (let slot = queue.head; slot; slot = slot.after) {
        slot.cell.inFlightAge.record(Math.round(atNs - slot.dueNs));
      }
    }
  }
}
