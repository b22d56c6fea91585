/**
 * Series: the course of a run, a row for each second, by the time at which answers came. A run that
 * is longer than the limit of rows has rows of two seconds, then of four and so on: which second
 * belongs to which row depends on the longest interval alone, so any order of adding is the same.
 *
 *     seconds   0 1 2 3 4 5 6        limit 4: from second 4 on, rows of 2 s: [0 1] [2 3] [4 5] [6]
 */

import type { LatencyMeaning } from "./fidelity.ts";
import { ageless, EMPTY_HISTOGRAM, mergeHistograms, type SparseHistogram } from "./histogram.ts";
import { PackedHistogram } from "./packed-histogram.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Tally } from "./tally.ts";

export interface SeriesRow {
  /** The first of its seconds. */
  readonly interval: number;
  readonly due: number;
  readonly completed: number;
  readonly errors: number;
  /** Response of the ok answers, or service of all that came. */
  readonly latency: SparseHistogram;
  /** Ages of those that failed or were dropped in this time. */
  readonly unanswered: SparseHistogram;
}

/** One that is kept: of an hour there are thousands. */
class KeptRow implements SeriesRow {
  readonly due: number;
  readonly completed: number;
  readonly errors: number;
  private readonly packedLatency: PackedHistogram;
  private readonly packedUnanswered: PackedHistogram;

  constructor(
    readonly interval: number,
    { due, completed, errors, latency, unanswered }: SeriesRow,
  ) {
    this.due = due;
    this.completed = completed;
    this.errors = errors;
    this.packedLatency = PackedHistogram.of(latency);
    this.packedUnanswered = PackedHistogram.of(unanswered);
  }

  get latency(): SparseHistogram {
    return this.packedLatency.unpack();
  }

  get unanswered(): SparseHistogram {
    return this.packedUnanswered.unpack();
  }
}

/** An hour in single seconds. */
export const MAX_ROWS = 3600;

export class Series {
  /** Seconds in a row. */
  widthS = 1;
  private byIndex = new Map<number, SeriesRow>();
  private last = -1;
  private sorted: readonly SeriesRow[] | undefined;

  constructor(
    private readonly meaning: LatencyMeaning = "response",
    private readonly most = MAX_ROWS,
  ) {}

  /** In order of time. */
  get rows(): readonly SeriesRow[] {
    this.sorted ??= [...this.byIndex.values()].sort((a, b) => a.interval - b.interval);
    return this.sorted;
  }

  /** The second after the last of which anything is known. */
  get endS(): number {
    return this.last + 1;
  }

  /** What is added for a second again adds to its row. */
  add({ interval, cells }: Pick<Snapshot, "interval" | "cells">): void {
    this.last = Math.max(this.last, interval);
    while (interval / this.widthS >= this.most) this.widen();
    const rows = cells.map(({ tally }) => this.rowOf(interval, tally));
    this.put(rows.length === 0 ? nothingAt(interval) : rows.reduce(sumOf));
    this.sorted = undefined;
  }

  private rowOf(interval: number, { counts, histograms }: Tally): SeriesRow {
    return {
      interval,
      due: counts.due,
      completed: counts.completed,
      errors: counts.errors + counts.failed,
      latency: histograms[this.meaning] ?? EMPTY_HISTOGRAM,
      unanswered: mergeHistograms([
        histograms.failedAge ?? EMPTY_HISTOGRAM,
        ageless(counts.dropped),
      ]),
    };
  }

  private put(row: SeriesRow): void {
    const index = Math.floor(row.interval / this.widthS);
    const before = this.byIndex.get(index);
    const whole = before === undefined ? row : sumOf(before, row);
    this.byIndex.set(index, new KeptRow(index * this.widthS, whole));
  }

  private widen(): void {
    const rows = this.byIndex.values();
    this.widthS *= 2;
    this.byIndex = new Map();
    for (const row of rows) this.put(row);
  }
}

function nothingAt(interval: number): SeriesRow {
  const [latency, unanswered] = [EMPTY_HISTOGRAM, EMPTY_HISTOGRAM];
  return { interval, due: 0, completed: 0, errors: 0, latency, unanswered };
}

function sumOf(a: SeriesRow, b: SeriesRow): SeriesRow {
  return {
    interval: a.interval,
    due: a.due + b.due,
    completed: a.completed + b.completed,
    errors: a.errors + b.errors,
    latency: mergeHistograms([a.latency, b.latency]),
    unanswered: mergeHistograms([a.unanswered, b.unanswered]),
  };
}
