/**
 * A histogram in few bytes, to be kept or to be sent: steps from occupied slot to occupied slot.
 *
 *     0ggg gnnn   gap + 1 slots on, a count of n + 1
 *     10gg gggg   16 · (gap + 1) slots on, nothing yet
 *     11nn nnnn   8 · (n + 1) more in the same slot
 *     1111 1111   more in the same slot: as the number says that follows
 *
 * Numbers have 7 bits a byte, low first (LEB128). Most slots take one byte, and what a byte does is
 * looked up in two tables, without a branch: on sparse histograms a branch costs more than all
 * else. On a wire the moments stand in front as numbers: count, minimum, maximum, and the two sums
 * as two limbs each.
 */
import { assert, NightjarError } from "../errors.ts";
import {
  HIGHEST_NS,
  HISTOGRAM_SLOTS,
  type Histogram,
  inLimbs,
  LIMB,
  type Moments,
  type SparseHistogram,
  sumOf,
} from "./histogram.ts";

/** Of a number below 2^53. */
const LONGEST_BYTES = 8;
const MOMENTS = 7;

const SHORT = { gaps: 16, counts: 8 };
const ON = { from: 128, unit: SHORT.gaps, times: 64 };
const MORE = { from: 192, unit: SHORT.counts, times: 63 };
const NUMBER_FOLLOWS = 255;

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);
/** How many slots on a byte leads, and what it adds to the count there. */
const STEPS = Int32Array.from(BYTES, (byte) => {
  if (byte < ON.from) return (byte >> 3) + 1;
  return byte < MORE.from ? ON.unit * (byte - ON.from + 1) : 0;
});
const ADDS = Float64Array.from(BYTES, (byte) => {
  if (byte < ON.from) return (byte & 7) + 1;
  return byte < MORE.from || byte === NUMBER_FOLLOWS ? 0 : MORE.unit * (byte - MORE.from + 1);
});

/** Unpacked when it is looked into, and then kept. One object: a fold has 30,000 in a second. */
export class PackedHistogram implements SparseHistogram, Moments {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sumHigh: number;
  readonly sumLow: number;
  readonly squaresHigh: number;
  readonly squaresLow: number;
  private unpacked: SparseHistogram | undefined;

  /** The steps lie among `bytes`; `lastSlot` is −1 of none. */
  private constructor(
    moments: Moments,
    private readonly bytes: Uint8Array,
    private readonly from: number,
    private readonly to: number,
    private readonly lastSlot: number,
    /** Whether its moments can be those of what its slots hold: who has sent it may have erred. */
    readonly isSound: boolean,
  ) {
    this.count = moments.count;
    this.min = moments.min;
    this.max = moments.max;
    this.sumHigh = moments.sumHigh;
    this.sumLow = moments.sumLow;
    this.squaresHigh = moments.squaresHigh;
    this.squaresLow = moments.squaresLow;
  }

  /** Counts must be whole numbers from 1 to 2^53 − 1. */
  static of(whole: SparseHistogram): PackedHistogram {
    const writer = new Writer(whole);
    writer.slots(whole);
    const bytes = writer.written();
    const lastSlot = whole.slots.length === 0 ? -1 : whole.slots[whole.slots.length - 1];
    return new PackedHistogram(inLimbs(whole), bytes, 0, bytes.length, lastSlot, true);
  }

  /** What `packedBytes` has made, in place. Throws `protocol`. */
  static read(bytes: Uint8Array, from: number, to: number): PackedHistogram {
    const reader = new Reader(bytes, from, to);
    const moments = reader.moments();
    const start = reader.at;
    const lastSlot = reader.checkSteps();
    const isSound = reader.isSound && isPossible(moments, reader.held);
    return new PackedHistogram(moments, bytes, start, to, lastSlot, isSound);
  }

  /** With bytes of its own: those among which it was read may go. */
  apart(): PackedHistogram {
    const bytes = this.bytes.slice(this.from, this.to);
    return new PackedHistogram(this, bytes, 0, bytes.length, this.lastSlot, this.isSound);
  }

  get sum(): bigint {
    return sumOf(this.sumHigh, this.sumLow);
  }

  get sumSquares(): bigint {
    return sumOf(this.squaresHigh, this.squaresLow);
  }

  get slots(): Uint16Array {
    return this.kept().slots;
  }

  get counts(): Float64Array {
    return this.kept().counts;
  }

  private kept(): SparseHistogram {
    this.unpacked ??= this.unpack();
    return this.unpacked;
  }

  unpack(): SparseHistogram {
    const { bytes, from, to } = this;
    const slots: number[] = [];
    const counts: number[] = [];
    const reader = new Reader(bytes, from, to);
    for (let slot = -1; reader.at < to; ) {
      const byte = bytes[reader.at++];
      slot += STEPS[byte];
      if (byte < ON.from) counts[slots.push(slot) - 1] = 0;
      counts[slots.length - 1] += byte === NUMBER_FOLLOWS ? reader.number() : ADDS[byte];
    }
    const { count, min, max, sum, sumSquares } = this;
    const whole = { slots: Uint16Array.from(slots), counts: Float64Array.from(counts) };
    return { ...whole, count, min, max, sum, sumSquares };
  }

  addTo(total: Histogram): void {
    const { bytes, from, to, lastSlot } = this;
    if (lastSlot >= 0) {
      addSteps(bytes, from, to, total.counts);
      total.addedBetween(STEPS[bytes[from]] - 1, lastSlot);
    }
    total.addMoments(this);
  }
}

/** A fold does this for ten million slots a second. */
function addSteps(bytes: Uint8Array, from: number, to: number, counts: Float64Array): void {
  let slot = -1;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    slot += STEPS[byte];
    counts[slot] += ADDS[byte];
    if (byte !== NUMBER_FOLLOWS) continue;
    const reader = new Reader(bytes, at + 1, to);
    counts[slot] += reader.number();
    at = reader.at - 1;
  }
}

/** For `read`; `undefined`, if a number of it cannot be packed: a fraction, 2^53 or more. */
export function packedBytes(h: SparseHistogram): Uint8Array | undefined {
  const { count, min, max, sumHigh, sumLow, squaresHigh, squaresLow } = inLimbs(h);
  const moments = [count, min, max, sumHigh, sumLow, squaresHigh, squaresLow];
  if (!moments.every(isWhole) || !h.counts.every(isCount) || !areInOrder(h)) return undefined;
  const writer = new Writer(h);
  for (const moment of moments) writer.number(moment);
  writer.slots(h);
  return writer.written();
}

function isWhole(number: number): boolean {
  return number >= 0 && Number.isSafeInteger(number);
}

function isCount(number: number): boolean {
  return number >= 1 && Number.isSafeInteger(number);
}

function areInOrder({ slots, counts }: SparseHistogram): boolean {
  const isNext = (slot: number, at: number) => at === 0 || slot > slots[at - 1];
  const end = slots.length === 0 ? 0 : slots[slots.length - 1] + 1;
  return slots.every(isNext) && end <= HISTOGRAM_SLOTS && counts.length === slots.length;
}

class Writer {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor({ slots }: SparseHistogram) {
    const ons = Math.ceil(HISTOGRAM_SLOTS / (ON.unit * ON.times));
    const most = LONGEST_BYTES * MOMENTS + slots.length * (2 + 1 + LONGEST_BYTES) + ons;
    this.bytes = new Uint8Array(most);
  }

  number(number: number): void {
    let rest = number;
    while (rest > 127) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  slots({ slots, counts }: SparseHistogram): void {
    for (let at = 0, next = 0; at < slots.length; at++) {
      this.slot(slots[at] - next, counts[at]);
      next = slots[at] + 1;
    }
  }

  private slot(gap: number, count: number): void {
    assert(isCount(count), `${count} is a whole number below 2^53, and not 0`);
    let units = Math.floor(gap / ON.unit);
    for (; units > 0; units -= ON.times) this.byte(ON.from + Math.min(units, ON.times) - 1);
    const more = Math.floor((count - 1) / MORE.unit);
    this.byte(((gap % ON.unit) << 3) | ((count - 1) % MORE.unit));
    if (more > MORE.times) {
      this.byte(NUMBER_FOLLOWS);
      this.number(more * MORE.unit);
    } else if (more > 0) this.byte(MORE.from + more - 1);
  }

  private byte(byte: number): void {
    this.bytes[this.at++] = byte;
  }

  written(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }
}

/** Of so many samples between these extremes. */
function isPossible(moments: Moments, held: number): boolean {
  const { count, min, max, sumHigh, squaresHigh } = moments;
  const most = count * HIGHEST_NS;
  const isBelow = sumHigh * LIMB <= most && squaresHigh * LIMB <= most * HIGHEST_NS;
  return held === count && min <= max && max <= HIGHEST_NS && isBelow;
}

/** Throws `protocol`. */
class Reader {
  /** Of `checkSteps`: samples in all slots, and whether each is in a slot that stands there. */
  held = 0;
  isSound = true;

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly to: number,
  ) {}

  number(): number {
    let number = 0;
    let weight = 1;
    for (let length = 0; length < LONGEST_BYTES; length++) {
      if (this.at >= this.to) malformed("a number is cut short");
      const byte = this.bytes[this.at++];
      number += (byte & 127) * weight;
      if (byte < 128) return isWhole(number) ? number : malformed("a number is too large");
      weight *= 128;
    }
    return malformed("a number is too long");
  }

  moments(): Moments {
    const [count, min, max] = [this.number(), this.number(), this.number()];
    const [sumHigh, sumLow] = [this.number(), this.number()];
    const [squaresHigh, squaresLow] = [this.number(), this.number()];
    return { count, min, max, sumHigh, sumLow, squaresHigh, squaresLow };
  }

  /** Looks at all that is left: who reads it again meets no error. Returns the last slot. */
  checkSteps(): number {
    const { bytes, at: from, to } = this;
    let slot = -1;
    let held = 0;
    let last = 0;
    if (from < to && bytes[from] >= MORE.from) malformed("it begins without a slot");
    for (let at = from; at < to; at++) {
      const byte = bytes[at];
      slot += STEPS[byte];
      held += ADDS[byte];
      if (byte >= MORE.from && last >= ON.from && last < MORE.from) this.isSound = false;
      last = byte;
      if (byte !== NUMBER_FOLLOWS) continue;
      this.at = at + 1;
      held += this.number();
      at = this.at - 1;
    }
    this.held = held;
    if (slot >= HISTOGRAM_SLOTS) malformed("it has too many slots");
    return slot;
  }
}

function malformed(what: string): never {
  throw new NightjarError("protocol", `a packed histogram is malformed: ${what}`);
}
