/**
 * A histogram to be kept: its slots and counts as numbers of few bytes each (LEB128), the gap from
 * the slot before and the count in turn. One of a second at 2,000/s takes 4 kB instead of 17.
 */
import { assert } from "../errors.ts";
import type { SparseHistogram } from "./histogram.ts";

/** Of a number below 2^53. */
const LONGEST_BYTES = 8;

export class PackedHistogram {
  private readonly bytes: Uint8Array;
  private readonly slotCount: number;
  private readonly moments: Omit<SparseHistogram, "slots" | "counts">;

  constructor({ slots, counts, ...moments }: SparseHistogram) {
    this.moments = moments;
    this.slotCount = slots.length;
    const bytes = new Uint8Array(2 * LONGEST_BYTES * slots.length);
    let length = 0;
    for (let at = 0, slot = 0; at < slots.length; at++) {
      length = write(bytes, length, slots[at] - slot);
      length = write(bytes, length, counts[at]);
      slot = slots[at];
    }
    this.bytes = bytes.slice(0, length);
  }

  unpack(): SparseHistogram {
    const slots = new Uint16Array(this.slotCount);
    const counts = new Float64Array(this.slotCount);
    const reader = new Reader(this.bytes);
    for (let at = 0, slot = 0; at < slots.length; at++) {
      slot += reader.next();
      slots[at] = slot;
      counts[at] = reader.next();
    }
    return { slots, counts, ...this.moments };
  }
}

/** Returns where the next one goes. */
function write(bytes: Uint8Array, from: number, number: number): number {
  assert(number >= 0 && Number.isSafeInteger(number), `${number} is a whole number below 2^53`);
  let at = from;
  let rest = number;
  while (rest >= 128) {
    bytes[at++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = rest;
  return at;
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  next(): number {
    let number = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.bytes[this.at++];
      number += (byte % 128) * weight;
      if (byte < 128) return number;
    }
  }
}
