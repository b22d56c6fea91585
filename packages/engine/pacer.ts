/**
 * Pacer: decides when the loop looks at the schedule again. Answers pump the schedule themselves;
 * between them
 *
 *     next due far off            → a timer to shortly before it, and a heartbeat for deadlines
 *     next due near, loop idle    → spin: a `setImmediate` after each poll for events
 *     next due near, loop busy    → nothing, but a timer as a backstop: the next answer is nearer
 *
 * Timers of Bun count whole milliseconds and are late by 0.1 ms at the median (measured: 1 ms
 * timer, p50 0.091 ms, p99 0.5 ms); spinning is late by a microsecond but costs a core and starves
 * a busy loop, so it looks at how many turns had work.
 */
import type { Histogram } from "@nightjar/core/record/histogram.ts";

/** Near enough to spin: a 1 ms timer could still miss it. */
const NEAR_NS = 1.3e6;
const HEARTBEAT_MS = 10;
/** A wake-up later than this was a stall: of the process, or of the machine. */
const STALL_NS = 2e6;
/** For so long after a stall, what is read may have been waiting since it began. */
const STALL_SHADOW_NS = 5e6;
/** Of the last turns, the share with work above which the loop counts as busy. */
const BUSY_SHARE = 0.4;
const BUSY_WEIGHT = 1 / 32;
/**
 * Each `setImmediate` is garbage, and 2 million a second of them cost a collection of 0.7 ms every
 * 0.1 s. So a turn lasts a moment: with answers on the way POLL_NS, which is how much later they
 * are read at the most; with none, QUIET_NS, for nothing can be read late then.
 */
const POLL_NS = 1e3;
const QUIET_NS = 50e3;

export class Pacer {
  /**
   * The last stall: what was sent before its start and read before its shadow's end was perhaps
   * read late.
   */
  stallStartNs = -1;
  stallShadowNs = -1;

  /** The loop has had answers to deal with since the last turn. */
  private hadWork = false;
  private aliveNs = 0;
  private immediate = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wakeNs = 0;
  /**
   * When the next turn is expected: a look at the clock much later than this means that the loop
   * stood still since.
   */
  private expectedNs = Number.POSITIVE_INFINITY;
  private busyShare = 0;
  private stopped = false;

  constructor(
    private readonly now: () => number,
    private readonly maySpin: boolean,
    private readonly turn: Histogram,
    /** Pumps the schedule; returns when the next exchange is due. */
    private readonly onTurn: (nowNs: number) => number,
    /** Nothing is in flight: no answer can be read late. */
    private readonly isQuiet: () => boolean,
  ) {}

  start(): void {
    this.aliveNs = this.now();
    this.arm(this.aliveNs, this.onTurn(this.aliveNs));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** An answer (or its failure) is being dealt with. */
  worked(nowNs: number): void {
    this.alive(nowNs);
    this.hadWork = true;
  }

  private alive(nowNs: number): void {
    if (nowNs - this.expectedNs > STALL_NS) this.considerStall(nowNs);
    this.aliveNs = nowNs;
  }

  /** Ensures that the next turn comes in time for `nextDueNs`. Cheap when it is on its way. */
  arm(nowNs: number, nextDueNs: number): void {
    if (this.immediate || this.stopped) return;
    const gapNs = nextDueNs - nowNs;
    if (gapNs > NEAR_NS || !this.maySpin) this.armTimer(nowNs, gapNs);
    else if (this.busyShare > BUSY_SHARE) this.armTimer(nowNs, 0);
    else this.armImmediate(nowNs);
  }

  private armImmediate(nowNs: number): void {
    this.immediate = true;
    this.expectedNs = nowNs;
    setImmediate(this.spin);
  }

  /** A timer that is already armed is left alone if it fires early enough. */
  private armTimer(nowNs: number, gapNs: number): void {
    const beforeNs = this.maySpin ? gapNs - NEAR_NS : gapNs;
    const delayMs = Math.min(Math.max(Math.floor(beforeNs / 1e6), 1), HEARTBEAT_MS);
    const wakeNs = nowNs + delayMs * 1e6;
    if (this.timer === undefined || this.wakeNs > wakeNs + 1e6) {
      clearTimeout(this.timer);
      this.wakeNs = wakeNs;
      this.timer = setTimeout(this.wake, delayMs);
    }
    this.expectedNs = this.wakeNs;
  }

  private readonly spin = (): void => {
    this.immediate = false;
    if (this.stopped) return;
    const nowNs = this.now();
    this.recordTurn(nowNs - this.aliveNs);
    this.busyShare += ((this.hadWork ? 1 : 0) - this.busyShare) * BUSY_WEIGHT;
    this.alive(nowNs);
    this.hadWork = false;
    this.linger(nowNs, this.onTurn(nowNs));
  };

  /** Stays in the turn for a moment, watching the clock, before it polls again. */
  private linger(startNs: number, firstDueNs: number): void {
    let nowNs = startNs;
    let dueNs = firstDueNs;
    while (this.mayLinger(nowNs - startNs, dueNs - nowNs)) {
      const beforeNs = nowNs;
      nowNs = this.now();
      if (nowNs - beforeNs > STALL_NS) {
        this.expectedNs = beforeNs;
        this.alive(nowNs);
      }
      if (nowNs >= dueNs) dueNs = this.onTurn(nowNs);
    }
    this.arm(nowNs, dueNs);
  }

  private mayLinger(lingeredNs: number, gapNs: number): boolean {
    if (gapNs > NEAR_NS || this.stopped || this.busyShare > BUSY_SHARE) return false;
    return lingeredNs < (this.isQuiet() ? QUIET_NS : POLL_NS);
  }

  private readonly wake = (): void => {
    this.timer = undefined;
    if (this.stopped) return;
    const nowNs = this.now();
    this.recordTurn(nowNs - this.wakeNs);
    this.busyShare *= 0.5;
    this.next(nowNs);
  };

  private next(nowNs: number): void {
    this.alive(nowNs);
    this.hadWork = false;
    this.arm(nowNs, this.onTurn(nowNs));
  }

  /** A stall is recorded where it is noticed, once. */
  private recordTurn(gapNs: number): void {
    if (gapNs <= STALL_NS) this.turn.record(Math.round(Math.max(gapNs, 0)));
  }

  /** Where the loop was heard of in the meantime, it was busy and not still. */
  private considerStall(nowNs: number): void {
    const stillSinceNs = Math.max(this.aliveNs, this.expectedNs);
    if (nowNs - stillSinceNs <= STALL_NS) return;
    this.turn.record(Math.round(nowNs - stillSinceNs));
    this.stallStartNs = stillSinceNs;
    this.stallShadowNs = nowNs + STALL_SHADOW_NS;
    this.expectedNs = Number.POSITIVE_INFINITY;
  }
}
