/** Rings of fixed places for the hot path: no allocation once they have grown to what they hold. */
import { assert } from "@nightjar/core/errors.ts";
import type { Slot } from "./slot.ts";

/** Slots without an exchange. */
export interface IdleSlots {
  readonly size: number;
  push(slot: Slot): void;
  /** The next to take one; `null` when none is idle. */
  shift(): Slot | null;
}

/** Last in, first out: no more connections are used than are needed at a time. */
export class SlotStack implements IdleSlots {
  private readonly places: Slot[] = [];

  get size(): number {
    return this.places.length;
  }

  push(slot: Slot): void {
    this.places.push(slot);
  }

  shift(): Slot | null {
    return this.places.pop() ?? null;
  }
}

/** Idle slots, first in, first out: all connections of a plan take their turn. */
export class SlotRing implements IdleSlots {
  private readonly places: (Slot | null)[];
  private readonly mask: number;
  private first = 0;
  private next = 0;

  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(capacity, 1)));
    this.places = new Array<Slot | null>(size).fill(null);
    this.mask = size - 1;
  }

  get size(): number {
    return this.next - this.first;
  }

  push(slot: Slot): void {
    this.places[this.next++ & this.mask] = slot;
  }

  /** `null` when none is idle. */
  shift(): Slot | null {
    if (this.first === this.next) return null;
    const at = this.first++ & this.mask;
    const slot = this.places[at];
    this.places[at] = null;
    return slot;
  }
}

const FIRST_CAPACITY = 1024;

/** Exchanges that wait for a connection: (i, due) pairs; doubles up to its limit. */
export class Backlog {
  private numbers = new Float64Array(FIRST_CAPACITY);
  private dues = new Float64Array(FIRST_CAPACITY);
  private mask = FIRST_CAPACITY - 1;
  private first = 0;
  private next = 0;

  get size(): number {
    return this.next - this.first;
  }

  push(i: number, dueNs: number): void {
    if (this.size > this.mask) this.grow();
    const at = this.next++ & this.mask;
    this.numbers[at] = i;
    this.dues[at] = dueNs;
  }

  get headNumber(): number {
    return this.numbers[this.first & this.mask];
  }

  get headDueNs(): number {
    return this.dues[this.first & this.mask];
  }

  shift(): void {
    assert(this.first < this.next, "an empty backlog is not shifted");
    this.first++;
  }

  numberAt(index: number): number {
    return this.numbers[(this.first + index) & this.mask];
  }

  dueAt(index: number): number {
    return this.dues[(this.first + index) & this.mask];
  }

  private grow(): void {
    const size = this.size;
    const capacity = (this.mask + 1) * 2;
    const numbers = new Float64Array(capacity);
    const dues = new Float64Array(capacity);
    for (let index = 0; index < size; index++) {
      numbers[index] = this.numbers[(this.first + index) & this.mask];
      dues[index] = this.dues[(this.first + index) & this.mask];
    }
    this.numbers = numbers;
    this.dues = dues;
    this.mask = capacity - 1;
    this.first = 0;
    this.next = size;
  }
}
