/**
 * Way: one direction of a connection. What is sent first arrives first, each after a delay of its
 * own or with the one before it; never within the call that sends it.
 */
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { Luck, Spread } from "./weather.ts";

export type Arrival = () => void;

/** Below this, what has arrived is not worth moving the rest for. */
const MANY = 1024;

export class Way {
  private times: number[] = [];
  private arrivals: Arrival[] = [];
  /** Of the next one in the two lists. */
  private head = 0;
  private lastNs = Number.NEGATIVE_INFINITY;
  private heldNs = Number.NEGATIVE_INFINITY;
  private isArmed = false;
  private disarm: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly luck: Luck,
    private readonly delayNs: Spread,
    private readonly stepNs: number,
  ) {}

  carry(arrival: Arrival): void {
    let atNs = this.clock.nowNs() + this.luck.within(this.delayNs);
    if (this.stepNs > 1) atNs = Math.ceil(atNs / this.stepNs) * this.stepNs;
    if (atNs < this.lastNs) atNs = this.lastNs;
    this.lastNs = atNs;
    this.times.push(atNs);
    this.arrivals.push(arrival);
    if (!this.isArmed) this.arm();
  }

  /** Nothing arrives until then; and then all of it, in order. */
  hold(untilNs: number): void {
    this.heldNs = untilNs;
  }

  /** What is under way is lost. */
  clear(): void {
    this.times = [];
    this.arrivals = [];
    this.head = 0;
    this.lastNs = Number.NEGATIVE_INFINITY;
    this.heldNs = Number.NEGATIVE_INFINITY;
    if (this.disarm === undefined) return;
    this.disarm();
    this.disarm = undefined;
    this.isArmed = false;
  }

  private arm(): void {
    this.isArmed = true;
    const waitNs = this.nextNs() - this.clock.nowNs();
    if (waitNs > 0) this.disarm = this.clock.after(waitNs, this.flush);
    else queueMicrotask(this.flush);
  }

  private nextNs(): number {
    return Math.max(this.times[this.head], this.heldNs);
  }

  /** Stays armed while it delivers, for what arrives may send. */
  private readonly flush = (): void => {
    this.disarm = undefined;
    while (this.head < this.arrivals.length) {
      if (this.nextNs() > this.clock.nowNs()) {
        this.tidy();
        this.arm();
        return;
      }
      this.arrivals[this.head++]();
    }
    this.tidy();
    this.isArmed = false;
  };

  private tidy(): void {
    const { head, arrivals, times } = this;
    if (head === arrivals.length) {
      arrivals.length = 0;
      times.length = 0;
    } else if (head >= MANY && head * 2 >= arrivals.length) {
      this.arrivals = arrivals.slice(head);
      this.times = times.slice(head);
    } else return;
    this.head = 0;
  }
}
