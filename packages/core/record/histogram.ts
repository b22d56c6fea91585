/**
 * Histogram of nanoseconds: unit 1 ns, up to 1 h, 3 significant digits, 33,792 slots; the bucket
 * layout of HdrHistogram (lowest 1, highest 3.6e12, 3 digits), which `hdr-codec.ts` writes and
 * reads as V2.
 *
 *     value < 2048           slot = value                                (exact)
 *     value in 2^b·[1024,2048)  slot = b·1024 + ⌊value / 2^b⌋             (within 0.1 %)
 *
 * Beside the slots stand the exact count, minimum, maximum, sum and sum of squares. The sums are
 * kept in two limbs of 2^52, exactly, so that the order of folding changes nothing.
 */

export const HISTOGRAM_SLOTS = 33_792;
export const HIGHEST_NS = 3_600_000_000_000;

/** Sums are kept in two of them. */
export const LIMB = 2 ** 52;
const SQUARE_FITS = 2 ** 26;
const TWO_21 = 2 ** 21;
const TWO_25 = 2 ** 25;
const TWO_27 = 2 ** 27;

/** Slot of an integer value in [0, HIGHEST_NS]. */
export function slotOf(value: number): number {
  if (value < 2048) return value;
  if (value < 2147483648) {
    const shift = 21 - Math.clz32(value);
    return (shift << 10) + (value >>> shift);
  }
  const high = Math.floor(value / TWO_21);
  const shift = 42 - Math.clz32(high);
  return (shift << 10) + Math.floor(value / 2 ** shift);
}

/** The lowest value of a slot. */
export function lowestOf(slot: number): number {
  if (slot < 2048) return slot;
  const shift = (slot >>> 10) - 1;
  return (1024 + (slot & 1023)) * 2 ** shift;
}

/** The highest value of a slot: what HdrHistogram reports for a percentile. */
export function highestOf(slot: number): number {
  if (slot < 2048) return slot;
  return lowestOf(slot) + 2 ** ((slot >>> 10) - 1) - 1;
}

/** The occupied slots in order, and the exact moments: what crosses a process. */
export interface SparseHistogram {
  readonly slots: Uint16Array;
  readonly counts: Float64Array;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: bigint;
  readonly sumSquares: bigint;
  /** Of one that keeps its slots otherwise (packed-histogram.ts): adds what it holds to `total`. */
  addTo?(total: Histogram): void;
}

/** With sums below 2^105, as high · 2^52 + low. */
export interface Moments {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sumHigh: number;
  readonly sumLow: number;
  readonly squaresHigh: number;
  readonly squaresLow: number;
}

export function inLimbs({ count, min, max, sum, sumSquares }: SparseHistogram): Moments {
  const [sumHigh, sumLow] = [Number(sum / BigInt(LIMB)), Number(sum % BigInt(LIMB))];
  const squaresHigh = Number(sumSquares / BigInt(LIMB));
  const squaresLow = Number(sumSquares % BigInt(LIMB));
  return { count, min, max, sumHigh, sumLow, squaresHigh, squaresLow };
}

export function sumOf(high: number, low: number): bigint {
  return BigInt(high) * BigInt(LIMB) + BigInt(low);
}

/** Of whichever histogram is being looked through. */
const found = {
  slots: new Uint16Array(HISTOGRAM_SLOTS),
  counts: new Float64Array(HISTOGRAM_SLOTS),
};

export class Histogram {
  readonly counts = new Float64Array(HISTOGRAM_SLOTS);
  count = 0;
  min = Number.POSITIVE_INFINITY;
  max = -1;
  private sumLow = 0;
  private sumHigh = 0;
  private squaresLow = 0;
  private squaresHigh = 0;
  /** The slots that were added to; those that were recorded to lie between minimum and maximum. */
  private addedFrom = HISTOGRAM_SLOTS;
  private addedTo = -1;

  /** Records an integer number of nanoseconds; below 0 counts as 0, above one hour as one hour. */
  record(valueNs: number): void {
    const value = valueNs < 0 ? 0 : valueNs > HIGHEST_NS ? HIGHEST_NS : valueNs;
    this.counts[slotOf(value)]++;
    this.count++;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.sumLow += value;
    if (this.sumLow >= LIMB) {
      this.sumLow -= LIMB;
      this.sumHigh++;
    }
    if (value < SQUARE_FITS) this.addSquares(value * value);
    else this.addLargeSquare(value);
  }

  private addSquares(amount: number): void {
    this.squaresLow += amount;
    if (this.squaresLow >= LIMB) {
      this.squaresLow -= LIMB;
      this.squaresHigh++;
    }
  }

  /** v = a·2^26 + b: v² = a²·2^52 + ab·2^27 + b², each part exact. */
  private addLargeSquare(value: number): void {
    const a = Math.floor(value / SQUARE_FITS);
    const b = value - a * SQUARE_FITS;
    const ab = a * b;
    const abHigh = Math.floor(ab / TWO_25);
    this.squaresHigh += a * a + abHigh;
    this.addSquares((ab - abHigh * TWO_25) * TWO_27);
    this.addSquares(b * b);
  }

  get sum(): bigint {
    return sumOf(this.sumHigh, this.sumLow);
  }

  get sumSquares(): bigint {
    return sumOf(this.squaresHigh, this.squaresLow);
  }

  /** Adds what another histogram holds; exact, in any order. */
  add(other: SparseHistogram): void {
    if (other.count === 0) return;
    if (other.addTo) {
      other.addTo(this);
      return;
    }
    const { slots, counts } = other;
    for (let at = 0; at < slots.length; at++) this.counts[slots[at]] += counts[at];
    this.addedBetween(slots[0], slots[slots.length - 1]);
    this.addMoments(inLimbs(other));
  }

  /** Says that `counts` was added to, from slot `first` to slot `last`. */
  addedBetween(first: number, last: number): void {
    if (first < this.addedFrom) this.addedFrom = first;
    if (last > this.addedTo) this.addedTo = last;
  }

  /** Of samples whose counts have been added. */
  addMoments(other: Moments): void {
    this.count += other.count;
    if (other.min < this.min) this.min = other.min;
    if (other.max > this.max) this.max = other.max;
    this.sumHigh += other.sumHigh;
    this.sumLow += other.sumLow;
    if (this.sumLow >= LIMB) {
      this.sumLow -= LIMB;
      this.sumHigh++;
    }
    this.squaresHigh += other.squaresHigh;
    this.addSquares(other.squaresLow);
  }

  sparse(): SparseHistogram {
    const { slots, counts } = this.occupied();
    return {
      slots,
      counts,
      count: this.count,
      min: this.count === 0 ? 0 : this.min,
      max: this.count === 0 ? 0 : this.max,
      sum: this.sum,
      sumSquares: this.sumSquares,
    };
  }

  private occupied(): { slots: Uint16Array; counts: Float64Array } {
    if (this.count === 0) return { slots: new Uint16Array(0), counts: new Float64Array(0) };
    const { first, last } = this.span();
    const { slots, counts } = found;
    let used = 0;
    // Without a branch, which would be guessed wrong at every other slot.
    for (let slot = first; slot <= last; slot++) {
      const count = this.counts[slot];
      slots[used] = slot;
      counts[used] = count;
      used += Number(count !== 0);
    }
    return { slots: slots.slice(0, used), counts: counts.slice(0, used) };
  }

  /** From the first occupied slot, or one before it, to the last, or one after it. */
  private span(): { first: number; last: number } {
    const first = Math.min(slotOf(this.min), this.addedFrom);
    return { first, last: Math.max(slotOf(this.max), this.addedTo) };
  }

  /** Empties it: touches only the slots between the first and the last that are occupied. */
  reset(): void {
    if (this.count > 0) {
      const { first, last } = this.span();
      this.counts.fill(0, first, last + 1);
    }
    this.addedFrom = HISTOGRAM_SLOTS;
    this.addedTo = -1;
    this.count = 0;
    this.min = Number.POSITIVE_INFINITY;
    this.max = -1;
    this.sumLow = this.sumHigh = this.squaresLow = this.squaresHigh = 0;
  }
}

export const EMPTY_HISTOGRAM: SparseHistogram = Object.freeze(new Histogram().sparse());

/** Mean and standard deviation from the exact sums, in ns; `null` of nothing. */
export function moments(h: SparseHistogram): { mean: number; stddev: number } | null {
  if (h.count === 0) return null;
  const n = BigInt(h.count);
  const mean = Number(h.sum) / h.count;
  // n·Σv² − (Σv)² is exact in integers; dividing last keeps the small variance of large values.
  const scaled = Number(n * h.sumSquares - h.sum * h.sum);
  return { mean, stddev: Math.sqrt(Math.max(scaled, 0)) / h.count };
}

/**
 * The value of the rank-th smallest (1-based), as HdrHistogram states it: the highest of its slot,
 * at most the max.
 */
export function valueAtRank(h: SparseHistogram, rank: number): number {
  let passed = 0;
  for (let at = 0; at < h.slots.length; at++) {
    passed += h.counts[at];
    if (passed >= rank) return Math.min(highestOf(h.slots[at]), h.max);
  }
  return h.max;
}

/** From so many on, adding to all slots and looking through them costs less than pairs. */
const DENSE_FROM = 8;
let dense: Histogram | undefined;

/**
 * The sum of several; exact, in any order. Its slots are arrays, whatever those of the parts are.
 */
export function mergeHistograms(parts: readonly SparseHistogram[]): SparseHistogram {
  const filled = parts.filter((part) => part.count > 0);
  if (filled.length === 0) return EMPTY_HISTOGRAM;
  const isPacked = filled.some((part) => part.addTo !== undefined);
  if (filled.length < DENSE_FROM && !isPacked) return filled.reduce((a, b) => mergeTwo(a, b));
  dense ??= new Histogram();
  for (const part of filled) dense.add(part);
  const merged = dense.sparse();
  dense.reset();
  return merged;
}

function mergeTwo(a: SparseHistogram, b: SparseHistogram): SparseHistogram {
  const slots = new Uint16Array(a.slots.length + b.slots.length);
  const counts = new Float64Array(slots.length);
  let used = 0;
  for (let left = 0, right = 0; left < a.slots.length || right < b.slots.length; used++) {
    const slotA = left < a.slots.length ? a.slots[left] : HISTOGRAM_SLOTS;
    const slotB = right < b.slots.length ? b.slots[right] : HISTOGRAM_SLOTS;
    slots[used] = Math.min(slotA, slotB);
    if (slotA <= slotB) counts[used] += a.counts[left++];
    if (slotB <= slotA) counts[used] += b.counts[right++];
  }
  return {
    slots: slots.slice(0, used),
    counts: counts.slice(0, used),
    count: a.count + b.count,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    sum: a.sum + b.sum,
    sumSquares: a.sumSquares + b.sumSquares,
  };
}

/** `n` durations of which nothing but their existence is known. */
export function ageless(n: number): SparseHistogram {
  if (n === 0) return EMPTY_HISTOGRAM;
  const slots = Uint16Array.of(0);
  return { slots, counts: Float64Array.of(n), count: n, min: 0, max: 0, sum: 0n, sumSquares: 0n };
}
