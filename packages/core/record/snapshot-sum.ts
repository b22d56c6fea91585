/**
 * SnapshotSum: snapshots of one interval, added up as they come, so that none must be kept until
 * the last is there. Exact, in any order, and the same as `mergeSnapshots` of all of them.
 */
import { byPlace, type Cell } from "./cell.ts";
import { EMPTY_HISTOGRAM, type Histogram, type SparseHistogram } from "./histogram.ts";
import type { HistogramPool } from "./histogram-pool.ts";
import { type BackendTally, emptySnapshot, type Snapshot, type SnapshotKey } from "./snapshot.ts";
import {
  addErrorsTo,
  addNumbersTo,
  COUNTS,
  type ErrorCount,
  type Open,
  type Tally,
  type TallyHistogram,
  zeroCounts,
} from "./tally.ts";

export class SnapshotSum {
  private readonly cells = new Map<string, CellSum>();
  private readonly backends = new Map<string, BackendSum>();
  private readonly turn: HistogramSum;
  private readonly numbers = numbersOf(emptySnapshot({ child: "", incarnation: 0, interval: 0 }));

  /** `pool`: what histograms are added up in. */
  constructor(private readonly pool: HistogramPool) {
    this.turn = new HistogramSum(pool);
  }

  /** Of several at once each histogram is done before the next: it stays in the cache. */
  add(snapshots: readonly Snapshot[]): void {
    for (const [key, cells] of byPlace(snapshots.map((one) => one.cells)))
      this.cellOf(key, cells[0]).add(cells.map(({ tally }) => tally));
    for (const { turn } of snapshots) this.turn.add(turn);
    for (const snapshot of snapshots) this.addRest(snapshot);
  }

  private addRest({ backends, connections, bytes, usage, parts }: Snapshot): void {
    for (const address in backends) this.backendOf(address).add(backends[address]);
    addNumbersTo(this.numbers.connections, connections);
    addNumbersTo(this.numbers.bytes, bytes);
    addNumbersTo(this.numbers.usage, usage);
    addNumbersTo(this.numbers.parts, parts);
  }

  /** The sum. Nothing can be added to it any more. */
  close(key: SnapshotKey): Snapshot {
    return {
      ...{ type: "snapshot", ...key },
      cells: [...this.cells.values()].map((cell) => cell.close()),
      turn: this.turn.close(),
      ...this.numbers,
      backends: Object.fromEntries(
        [...this.backends].map(([address, backend]) => [address, backend.close()]),
      ),
    };
  }

  private cellOf(key: string, cell: Cell): CellSum {
    const known = this.cells.get(key);
    if (known) return known;
    const fresh = new CellSum(cell, this.pool);
    this.cells.set(key, fresh);
    return fresh;
  }

  private backendOf(address: string): BackendSum {
    const known = this.backends.get(address);
    if (known) return known;
    const fresh = new BackendSum(this.pool);
    this.backends.set(address, fresh);
    return fresh;
  }
}

function numbersOf({ connections, bytes, usage, parts }: Snapshot) {
  return {
    connections: { ...connections },
    bytes: { ...bytes },
    usage: { ...usage },
    parts: { ...parts },
  };
}

class CellSum {
  private readonly counts = zeroCounts();
  private readonly statuses: Record<string, number> = {};
  private readonly errors: Record<string, ErrorCount> = {};
  private readonly histograms = new Map<string, HistogramSum>();
  private readonly openBefore = { inFlight: 0, backlog: 0 };
  private readonly open = { inFlight: 0, backlog: 0 };
  private readonly ages: { readonly inFlight: HistogramSum; readonly backlog: HistogramSum };

  constructor(
    private readonly place: Cell,
    private readonly pool: HistogramPool,
  ) {
    this.ages = { inFlight: new HistogramSum(pool), backlog: new HistogramSum(pool) };
  }

  add(tallies: readonly Tally[]): void {
    for (const tally of tallies) this.addCounts(tally);
    const names = new Set<string>();
    for (const { histograms } of tallies) for (const name in histograms) names.add(name);
    for (const name of names) {
      const sum = this.histogramOf(name);
      for (const { histograms } of tallies) sum.add(histograms[name as TallyHistogram]);
    }
    for (const { openAges } of tallies) {
      this.ages.inFlight.add(openAges.inFlight);
      this.ages.backlog.add(openAges.backlog);
    }
  }

  private addCounts({ counts, statuses, errors, openBefore, open }: Tally): void {
    for (const count of COUNTS) this.counts[count] += counts[count];
    addNumbersTo(this.statuses, statuses);
    addErrorsTo(this.errors, errors);
    addOpenTo(this.openBefore, openBefore);
    addOpenTo(this.open, open);
  }

  close(): Cell {
    const { phase, stage, target } = this.place;
    const { counts, statuses, errors, openBefore, open, ages } = this;
    const histograms = Object.fromEntries(
      [...this.histograms].map(([name, histogram]) => [name, histogram.close()]),
    );
    const openAges = { inFlight: ages.inFlight.close(), backlog: ages.backlog.close() };
    const tally = { counts, statuses, errors, histograms, openBefore, open, openAges };
    return { phase, stage, target, tally };
  }

  private histogramOf(name: string): HistogramSum {
    const known = this.histograms.get(name);
    if (known) return known;
    const fresh = new HistogramSum(this.pool);
    this.histograms.set(name, fresh);
    return fresh;
  }
}

function addOpenTo(sum: { -readonly [K in keyof Open]: number }, part: Open): void {
  sum.inFlight += part.inFlight;
  sum.backlog += part.backlog;
}

class BackendSum {
  private completed = 0;
  private errors = 0;
  private failed = 0;
  private readonly service: HistogramSum;

  constructor(pool: HistogramPool) {
    this.service = new HistogramSum(pool);
  }

  add({ completed, errors, failed, service }: BackendTally): void {
    this.completed += completed;
    this.errors += errors;
    this.failed += failed;
    this.service.add(service);
  }

  close(): BackendTally {
    const { completed, errors, failed, service } = this;
    return { completed, errors, failed, service: service.close() };
  }
}

/** Takes a histogram of the pool when there is something to add: many stay empty. */
class HistogramSum {
  private sum: Histogram | undefined;

  constructor(private readonly pool: HistogramPool) {}

  add(part: SparseHistogram | undefined): void {
    if (part === undefined || part.count === 0) return;
    this.sum ??= this.pool.take();
    this.sum.add(part);
  }

  close(): SparseHistogram {
    if (this.sum === undefined) return EMPTY_HISTOGRAM;
    const sparse = this.sum.sparse();
    this.pool.giveBack(this.sum);
    this.sum = undefined;
    return sparse;
  }
}
