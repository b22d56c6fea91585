/**
 * Totals: sums over merged snapshots: of the whole, of each stage and target where the plan has
 * several, of each backend, and a course over time.
 */

import type { Plan } from "../plan/plan.ts";
import type { Cell, Phase } from "./cell.ts";
import type { LatencyMeaning } from "./fidelity.ts";
import { Histogram, type SparseHistogram } from "./histogram.ts";
import { Series, type SeriesRow } from "./series.ts";
import {
  addBackends,
  type BackendTally,
  type ConnectionCounts,
  type Snapshot,
  type Usage,
} from "./snapshot.ts";
import {
  addErrors,
  addNumbers,
  COUNTS,
  type Counts,
  type ErrorCount,
  type Tally,
  type TallyHistogram,
  zeroCounts,
} from "./tally.ts";

export type { SeriesRow };

/** All tallies of one kind: of a phase, a stage, a target, a child. */
export class TallyTotals {
  readonly counts: Counts = zeroCounts();
  statuses: Record<string, number> = {};
  errors: Readonly<Record<string, ErrorCount>> = {};
  private readonly histograms = new Map<TallyHistogram, Histogram>();

  add(tally: Tally): void {
    for (const count of COUNTS) this.counts[count] += tally.counts[count];
    this.statuses = addNumbers([this.statuses, tally.statuses]);
    this.errors = addErrors([this.errors, tally.errors]);
    for (const [name, part] of Object.entries(tally.histograms)) {
      if (part !== undefined && part.count > 0) this.histogramOf(name as TallyHistogram).add(part);
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
  readonly phases: Record<Phase, TallyTotals> = {
    warmup: new TallyTotals(),
    measured: new TallyTotals(),
  };
  /** Of the measured exchanges; empty where there is one alone, which is the whole. */
  readonly stages: readonly TallyTotals[];
  readonly targets: readonly TallyTotals[];
  readonly turn = new Histogram();
  readonly course: Series;
  connections: ConnectionCounts = {
    opened: 0,
    reused: 0,
    closedByServer: 0,
    failed: 0,
    resumed: 0,
  };
  bytes = { sent: 0, received: 0 };
  usage: Usage = { cpuNs: 0, wallNs: 0, rssBytes: 0 };
  backends: Record<string, BackendTally> = {};
  parts = { expected: 0, received: 0 };

  /** `headline`: the latency of the course. */
  constructor(
    { load, targets }: Pick<Plan, "load" | "targets">,
    readonly headline: LatencyMeaning = "response",
  ) {
    this.course = new Series(headline);
    this.stages = oneForEach(load.stages?.length ?? 1);
    this.targets = oneForEach(targets.length);
  }

  get series(): readonly SeriesRow[] {
    return this.course.rows;
  }

  /** What is added for an interval again adds to its row. */
  add(merged: Snapshot): void {
    for (const cell of merged.cells) this.addCell(cell);
    this.turn.add(merged.turn);
    this.connections = addNumbers([{ ...this.connections }, { ...merged.connections }]) as never;
    this.bytes = addNumbers([this.bytes, merged.bytes]) as typeof this.bytes;
    this.usage = {
      cpuNs: this.usage.cpuNs + merged.usage.cpuNs,
      wallNs: this.usage.wallNs + merged.usage.wallNs,
      rssBytes: Math.max(this.usage.rssBytes, merged.usage.rssBytes),
    };
    this.backends = addBackends([this.backends, merged.backends]);
    this.parts = addNumbers([this.parts, merged.parts]) as typeof this.parts;
    this.course.add(merged);
  }

  private addCell({ phase, stage, target, tally }: Cell): void {
    this.phases[phase].add(tally);
    if (phase === "warmup") return;
    this.stages[stage]?.add(tally);
    this.targets[target]?.add(tally);
  }
}

function oneForEach(parts: number): TallyTotals[] {
  return parts < 2 ? [] : Array.from({ length: parts }, () => new TallyTotals());
}

/** Of a run with a probe: its numbers, and those of all other children together. */
export interface ProbeTotals {
  readonly child: string;
  readonly probe: TallyTotals;
  readonly rest: TallyTotals;
}
