/**
 * Fold: the events of a run → its Result. Idempotent, and the same for every order of the events: `apply` only collects and
 * adds; what the absence of something means is decided in `result()`.
 */
import { type ChildSpec, Collector, plannedEndNs } from "./collector.ts";
import type { Ended, RunEvent } from "./load-generator.ts";
import type { Plan } from "./plan.ts";
import { timing } from "./plan.ts";
import { SECOND_NS } from "./quantity.ts";
import { wholeShare } from "./share.ts";
import { Totals } from "./totals.ts";

/** What a child came to, beside its snapshots. */
export interface ChildReport {
  readonly spec: ChildSpec;
  incarnation: number;
  latenessNs: number | null;
  cpuNs: number;
  wallNs: number;
  ended: Ended | undefined;
}

export interface Folded {
  readonly plan: Plan;
  readonly totals: Totals;
  readonly children: readonly (ChildReport & { intervals: ReturnType<Collector["intervalsOf"]> })[];
  /** Of the measured part. */
  readonly durationNs: number;
}

export class RunFold {
  /** Live view: complete intervals so far. */
  readonly totals = new Totals();
  private readonly collector: Collector;
  private readonly reports = new Map<string, ChildReport>();

  constructor(
    readonly plan: Plan,
    specs: readonly ChildSpec[],
  ) {
    const key = { child: "", incarnation: 0 };
    this.collector = new Collector(plan, specs, key, (merged) => this.totals.add(merged));
    for (const spec of specs) {
      this.reports.set(spec.id, {
        spec,
        incarnation: 0,
        latenessNs: null,
        cpuNs: 0,
        wallNs: 0,
        ended: undefined,
      });
    }
  }

  apply(event: RunEvent): void {
    const report = this.reports.get(event.child);
    if (!report) return;
    report.incarnation = Math.max(report.incarnation, event.incarnation);
    if (event.type === "started") report.latenessNs = event.latenessNs;
    else if (event.type === "snapshot") {
      if (!this.collector.add(event)) return;
      report.cpuNs += event.usage.cpuNs;
      report.wallNs += event.usage.wallNs;
    } else {
      report.ended = event;
      if (event.intervals !== null)
        this.collector.ended(event.child, event.intervals, event.untilNs);
    }
  }

  /** Ends the fold: children that have not spoken to their end are taken as lost. */
  finish(): Folded {
    this.collector.finish();
    this.totals.series.sort((a, b) => a.interval - b.interval);
    const children = [...this.reports.values()].map((report) => ({
      ...report,
      intervals: this.collector.intervalsOf(report.spec.id),
    }));
    return { plan: this.plan, totals: this.totals, children, durationNs: this.durationNs() };
  }

  private durationNs(): number {
    const untils = [...this.reports.values()].flatMap((report) => report.ended?.untilNs ?? []);
    const { warmupNs } = timing(this.plan);
    const planned = plannedEndNs(this.plan, wholeShare(this.plan.load.connections));
    const fallback = planned ?? this.totals.series.length * SECOND_NS;
    const untilNs = untils.length > 0 ? Math.max(...untils) : fallback;
    return Math.max(untilNs - warmupNs, 0);
  }
}
