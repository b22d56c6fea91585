/**
 * Slots in the order in which they entered, removable from the middle in O(1): what is in flight is
 * in the order of its deadlines, since all timeouts of a plan are equal.
 *
 *     head ⇄ slot ⇄ slot ⇄ tail        links live in the slots; a slot is in one queue at a time
 */
import type { Slot, SlotHolder } from "./slot.ts";

export class SlotQueue implements SlotHolder {
  head: Slot | null = null;
  private tail: Slot | null = null;

  append(slot: Slot): void {
    slot.queue = this;
    slot.before = this.tail;
    slot.after = null;
    if (this.tail) this.tail.after = slot;
    else this.head = slot;
    this.tail = slot;
  }

  remove(slot: Slot): void {
    if (slot.before) slot.before.after = slot.after;
    else this.head = slot.after;
    if (slot.after) slot.after.before = slot.before;
    else this.tail = slot.before;
    slot.queue = null;
    slot.before = null;
    slot.after = null;
  }
}
