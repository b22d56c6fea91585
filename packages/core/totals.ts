/** Totals: sums over merged snapshots, and one row for each second of the run. */
import {
  ageless,
  EMPTY_HISTOGRAM,
  Histogram,
  mergeHistograms,
  type SparseHistogram,
} from "./histogram.ts";
import {
  type ConnectionCounts,
  PHASES,
  type Phase,
  type Snapshot,
  type Usage,
} from "./snapshot.ts";
import {
  addErrors,
  addNumbers,
  COUNTS,
  type Counts,
  type ErrorCount,
  TALLY_HISTOGRAMS,
  type Tally,
  type TallyHistogram,
  zeroCounts,
} from "./tally.ts";

/** One second of the live series, by the time at which answers came. */
export interface SeriesRow {
  readonly interval: number;
  readonly due: number;
  readonly completed: number;
  readonly errors: number;
  /** Of the ok answers. */
  readonly response: SparseHistogram;
  /** Ages of those that failed or were dropped in this second. */
  readonly unanswered: SparseHistogram;
}

class PhaseTotals {
  readonly counts: Counts = zeroCounts();
  statuses: Record<string, number> = {};
  errors: Readonly<Record<string, ErrorCount>> = {};
  private readonly histograms = new Map<TallyHistogram, Histogram>();

  add(tally: Tally): void {
    for (const count of COUNTS) this.counts[count] += tally.counts[count];
    this.statuses = addNumbers([this.statuses, tally.statuses]);
    this.errors = addErrors([this.errors, tally.errors]);
    for (const name of TALLY_HISTOGRAMS) {
      const part = tally.histograms[name];
      if (part && part.count > 0) this.histogramOf(name).add(part);
    }
  }

  private histogramOf(name: TallyHistogram): Histogram {
    const known = this.histograms.get(name);
    if (known) return known;
    const fresh = new Histogram();
    this.histograms.set(name, fresh);
    return fresh;
  }

  histogram(name: TallyHistogram): SparseHistogram {
    return (this.histograms.get(name) ?? new Histogram()).sparse();
  }
}

export class Totals {
  readonly phases: Record<Phase, PhaseTotals> = {
    warmup: new PhaseTotals(),
    measured: new PhaseTotals(),
  };
  readonly turn = new Histogram();
  readonly series: SeriesRow[] = [];
  private readonly rowAt = new Map<number, number>();
  connections: ConnectionCounts = { opened: 0, reused: 0, closedByServer: 0, failed: 0 };
  bytes = { sent: 0, received: 0 };
  usage: Usage = { cpuNs: 0, wallNs: 0, rssBytes: 0 };
  backends: Record<string, number> = {};
  parts = { expected: 0, received: 0 };

  /** What is added for an interval again adds to its row. */
  add(merged: Snapshot): void {
    for (const phase of PHASES) this.phases[phase].add(merged[phase]);
    this.turn.add(merged.turn);
    this.connections = addNumbers([{ ...this.connections }, { ...merged.connections }]) as never;
    this.bytes = addNumbers([this.bytes, merged.bytes]) as typeof this.bytes;
    this.usage = {
      cpuNs: this.usage.cpuNs + merged.usage.cpuNs,
      wallNs: this.usage.wallNs + merged.usage.wallNs,
      rssBytes: Math.max(this.usage.rssBytes, merged.usage.rssBytes),
    };
    this.backends = addNumbers([this.backends, merged.backends]);
    this.parts = addNumbers([this.parts, merged.parts]) as typeof this.parts;
    this.addRow(rowOf(merged));
  }

  private addRow(row: SeriesRow): void {
    const at = this.rowAt.get(row.interval);
    if (at !== undefined) this.series[at] = sumOf(this.series[at], row);
    else this.rowAt.set(row.interval, this.series.push(row) - 1);
  }

  /** The rows in order of time. */
  sortSeries(): void {
    this.series.sort((a, b) => a.interval - b.interval);
    for (const [at, { interval }] of this.series.entries()) this.rowAt.set(interval, at);
  }
}

function rowOf({ interval, warmup, measured }: Snapshot): SeriesRow {
  return sumOf(phaseRow(interval, warmup), phaseRow(interval, measured));
}

function phaseRow(interval: number, { counts, histograms }: Tally): SeriesRow {
  return {
    interval,
    due: counts.due,
    completed: counts.completed,
    errors: counts.errors + counts.failed,
    response: histograms.response ?? EMPTY_HISTOGRAM,
    unanswered: mergeHistograms([histograms.failedAge ?? EMPTY_HISTOGRAM, ageless(counts.dropped)]),
  };
}

function sumOf(a: SeriesRow, b: SeriesRow): SeriesRow {
  return {
    interval: a.interval,
    due: a.due + b.due,
    completed: a.completed + b.completed,
    errors: a.errors + b.errors,
    response: mergeHistograms([a.response, b.response]),
    unanswered: mergeHistograms([a.unanswered, b.unanswered]),
  };
}
