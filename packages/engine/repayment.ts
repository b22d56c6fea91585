/**
 * Repayment: what our own lateness is worth where exchanges are dropped. The debt of a slot says
 * how much earlier it would have been free, had we not been late. While the backlog only grows,
 * that holds for all that follow on the slot. But where the backlog is full, the time saved would
 * have gone to exchanges that were dropped, each of which would have kept a slot busy for as long
 * as another:
 *
 *     we are late ──debt──▶ │ dropped: due since then, and before the exchange that is begun
 *                           ▼
 *     debt − (dropped in between) × (time that an exchange takes)        at least 0
 *
 * Each dropped exchange repays once, on whichever slot comes first.
 */
import type { Slot } from "./slot.ts";

/** Places for due times; what was dropped before the oldest of them repays nothing. */
const KEPT = 65_536;
const MASK = KEPT - 1;

export class Repayment {
  /** Exchanges dropped so far. */
  dropped = 0;
  private used = 0;
  private readonly dues = new Float64Array(KEPT);

  drop(dueNs: number): void {
    this.dues[this.dropped++ & MASK] = dueNs;
  }

  /** The slot's debt of `carriedNs` has grown by `addedNs`, because of what began at `sinceNs`. */
  grew(slot: Slot, carriedNs: number, addedNs: number, sinceNs: number): void {
    const carried = carriedNs > 0 ? carriedNs : 0;
    const whole = carried + addedNs;
    if (addedNs <= 0) return;
    slot.debtSinceNs = (carried * slot.debtSinceNs + addedNs * sinceNs) / whole;
  }

  /** Before the slot begins an exchange due at `dueNs` that has waited. */
  repay(slot: Slot, dueNs: number): void {
    const debtNs = slot.doneNs - slot.readyNs;
    if (debtNs <= 0) return;
    const from = Math.max(this.used, this.dueBefore(slot.debtSinceNs));
    const count = this.dueBefore(dueNs) - from;
    if (count <= 0) return;
    const eachNs = Math.max(slot.doneNs - slot.freeNs - slot.lagNs, 1);
    const repaying = Math.min(count, Math.ceil(debtNs / eachNs));
    slot.readyNs += Math.min(debtNs, repaying * eachNs);
    this.used = from + repaying;
  }

  /** How many of the dropped were due before; they were dropped in the order of their due times. */
  private dueBefore(timeNs: number): number {
    let low = Math.max(0, this.dropped - KEPT);
    let high = this.dropped;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.dues[middle & MASK] < timeNs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
