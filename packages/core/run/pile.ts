/**
 * Pile: the parts of intervals that are not complete yet, in bounded memory. Merging is exact and
 * associative, so that where too many lie about, they are merged and packed (packed-histogram.ts)
 * while the rest is waited for: an agent that is silent for minutes costs one snapshot for each of
 * its seconds, not a thousand.
 *
 *     interval   7  ▪▪▪▪▪▪▪▪         7  ■
 *                8  ▪▪▪▪▪▪▪▪   ───▶  8  ■
 *                9  ▪▪               9  ■
 */
import { mergeSnapshots, packedSnapshot, type Snapshot } from "../record/snapshot.ts";

/** How many may lie loose. A snapshot of a second at 2,000/s takes 30 kB. */
const LOOSE = { ofOne: 1_000, ofAll: 4_000 };

interface Parts {
  /** Of earlier ones, merged. */
  readonly packed?: Snapshot;
  readonly loose: Snapshot[];
}

export class Pile {
  private readonly intervals = new Map<number, Parts>();
  private looseCount = 0;

  put(snapshot: Snapshot): void {
    const { interval } = snapshot;
    const parts = this.intervals.get(interval) ?? { loose: [] };
    if (parts.loose.push(snapshot) === 1) this.intervals.set(interval, parts);
    this.looseCount++;
    if (parts.loose.length > LOOSE.ofOne) this.pack(interval, parts);
    else if (this.looseCount > LOOSE.ofAll) {
      for (const [each, its] of this.intervals) if (its.loose.length > 0) this.pack(each, its);
    }
  }

  /** What lies there of an interval, and no longer does. */
  take(interval: number): Snapshot[] {
    const parts = this.intervals.get(interval);
    if (!parts) return [];
    this.intervals.delete(interval);
    this.looseCount -= parts.loose.length;
    return partsOf(parts);
  }

  /** In no order. */
  get pending(): IterableIterator<number> {
    return this.intervals.keys();
  }

  private pack(interval: number, parts: Parts): void {
    const [{ child, incarnation }] = parts.loose;
    const merged = mergeSnapshots({ child, incarnation, interval }, partsOf(parts));
    this.looseCount -= parts.loose.length;
    this.intervals.set(interval, { packed: packedSnapshot(merged), loose: [] });
  }
}

function partsOf({ packed, loose }: Parts): Snapshot[] {
  return packed ? [packed, ...loose] : loose;
}
