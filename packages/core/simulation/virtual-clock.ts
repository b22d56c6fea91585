/** A clock whose time passes only when nothing is left to do at the present instant. */

import { assert } from "../errors.ts";
import type { Clock } from "../run/clock.ts";

interface Timer {
  readonly atNs: number;
  readonly order: number;
  readonly then: () => void;
  cancelled: boolean;
}

/** Longer than any simulated run: who waits until then waits for ever. */
const LIMIT_NS = 48 * 3600e9;

export class VirtualClock implements Clock {
  private now = 0;
  private made = 0;
  /** A binary heap, by time and then by order of making. */
  private readonly heap: Timer[] = [];

  nowNs(): number {
    return this.now;
  }

  after(delayNs: number, then: () => void): () => void {
    const atNs = this.now + Math.max(delayNs, 0);
    const timer: Timer = { atNs, order: this.made++, then, cancelled: false };
    this.push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /**
   * Lets time pass until nothing is planned any more. `settle` resolves when all promises that can
   * make progress have made it; it is called after each instant.
   */
  async run(settle: () => Promise<void>): Promise<void> {
    await settle();
    while (this.dropCancelled()) {
      this.now = this.heap[0].atNs;
      assert(this.now < LIMIT_NS, "the run ends within two days");
      while (this.heap.length > 0 && this.heap[0].atNs === this.now) {
        const timer = this.pop();
        if (!timer.cancelled) timer.then();
      }
      await settle();
    }
  }

  /** Whether anything is planned. What was cancelled lets no time pass. */
  private dropCancelled(): boolean {
    while (this.heap.length > 0 && this.heap[0].cancelled) this.pop();
    return this.heap.length > 0;
  }

  private push(timer: Timer): void {
    const { heap } = this;
    let at = heap.push(timer) - 1;
    for (
      let parent = (at - 1) >> 1;
      at > 0 && isBefore(timer, heap[parent]);
      parent = (at - 1) >> 1
    ) {
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = timer;
  }

  private pop(): Timer {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop()!;
    if (heap.length > 0) this.sink(last);
    return first;
  }

  private sink(timer: Timer): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (child >= heap.length || !isBefore(heap[child], timer)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = timer;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atNs < b.atNs || (a.atNs === b.atNs && a.order < b.order);
}
