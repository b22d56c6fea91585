/**
 * Pile: the parts of intervals that are not complete yet, in bounded memory. A few lie loose, as
 * those of an ensemble of workers do; of more a sum is kept (snapshot-sum.ts), so that what an
 * agent has sent goes as soon as it has been added. Merging is exact and associative, so that of
 * too many sums the oldest are packed (packed-histogram.ts) while the rest is waited for: an agent
 * that is silent for minutes costs one snapshot for each of its seconds, not a thousand.
 *
 *     interval   7  ▪▪▪▪▪ ───▶ sum        7  ■         packed
 *                8  ▪▪▪▪▪ ───▶ sum  ───▶  8  sum ▪▪
 *                9  ▪▪                    9  ▪▪        loose
 */
import { HistogramPool } from "../record/histogram-pool.ts";
import { histogramsIn, mergeSnapshots, packedSnapshot, type Snapshot } from "../record/snapshot.ts";
import { SnapshotSum } from "../record/snapshot-sum.ts";

/** How many may lie loose. A snapshot of a second at 2,000/s takes 30 kB. */
const LOOSE = { ofOne: 128, ofAll: 4_000 };
/** Histograms of all sums. A plan that needs more for one interval does without sums. */
const MOST_DENSE = 256;

interface Parts {
  /** Of earlier ones, merged. */
  packed?: Snapshot;
  sum?: SnapshotSum;
  loose: Snapshot[];
}

export class Pile {
  private readonly intervals = new Map<number, Parts>();
  private readonly histograms = new HistogramPool();
  private looseCount = 0;

  put(snapshot: Snapshot): void {
    const parts = this.partsOf(snapshot.interval);
    parts.loose.push(snapshot);
    this.looseCount++;
    if (parts.loose.length === LOOSE.ofOne) this.addUp(parts);
    else if (this.looseCount > LOOSE.ofAll) {
      for (const [each, its] of this.intervals) if (its.loose.length > 0) this.pack(each, its);
    }
  }

  /** What lies there of an interval, and no longer does. */
  take(interval: number): Snapshot[] {
    const parts = this.intervals.get(interval);
    if (!parts) return [];
    this.intervals.delete(interval);
    return this.emptied(interval, parts);
  }

  /** In no order. */
  get pending(): IterableIterator<number> {
    return this.intervals.keys();
  }

  private partsOf(interval: number): Parts {
    const known = this.intervals.get(interval);
    if (known) return known;
    const fresh = { loose: [] };
    this.intervals.set(interval, fresh);
    return fresh;
  }

  private addUp(parts: Parts): void {
    if (!parts.sum) {
      const needed = Math.max(...parts.loose.map(histogramsIn));
      if (needed > MOST_DENSE) return;
      this.keepRoomFor(needed);
      parts.sum = new SnapshotSum(this.histograms);
    }
    parts.sum.add(this.takeLoose(parts));
    this.keepRoomFor(0);
  }

  /** Packs the oldest sums. */
  private keepRoomFor(needed: number): void {
    for (const [interval, parts] of this.intervals) {
      if (this.histograms.lent + needed <= MOST_DENSE) return;
      if (parts.sum) this.pack(interval, parts);
    }
  }

  private pack(interval: number, parts: Parts): void {
    const merged = mergeSnapshots(keyOf(interval), this.emptied(interval, parts));
    parts.packed = packedSnapshot(merged);
  }

  private emptied(interval: number, parts: Parts): Snapshot[] {
    const { packed, sum } = parts;
    const all = packed ? [packed, ...this.takeLoose(parts)] : this.takeLoose(parts);
    parts.packed = parts.sum = undefined;
    if (!sum) return all;
    sum.add(all);
    return [sum.close(keyOf(interval))];
  }

  private takeLoose(parts: Parts): Snapshot[] {
    const { loose } = parts;
    this.looseCount -= loose.length;
    parts.loose = [];
    return loose;
  }
}

function keyOf(interval: number) {
  return { child: "", incarnation: 0, interval };
}
