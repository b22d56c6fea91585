/**
 * Fold: the events of a run → its Result. Idempotent, and the same for every order of the events:
 * `apply` only collects and adds; what the absence of something means is decided in `result()`.
 */

import type { Plan } from "../plan/plan.ts";
import { SECOND_NS } from "../plan/quantity.ts";
import { timing } from "../plan/timing.ts";
import type { LatencyMeaning } from "../record/fidelity.ts";
import type { Snapshot } from "../record/snapshot.ts";
import { type ProbeTotals, TallyTotals, Totals } from "../record/totals.ts";
import { plannedEndNs } from "../schedule/due-count.ts";
import { wholeShare } from "../schedule/share.ts";
import { type ChildSpec, Collector } from "./collector.ts";
import type { Ended, RunEvent } from "./load-generator.ts";

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
  /** Where the run has a probe. */
  readonly probe?: ProbeTotals;
}

export class RunFold {
  /** Live view: complete intervals so far. */
  readonly totals: Totals;
  private readonly collector: Collector;
  private readonly reports = new Map<string, ChildReport>();
  private readonly probe: ProbeTotals | undefined;

  constructor(
    readonly plan: Plan,
    specs: readonly ChildSpec[],
    /** Told of every interval that is merged, and again of what is added to it later. */
    onMerged: (merged: Snapshot) => void = () => {},
    headline: LatencyMeaning = "response",
  ) {
    this.totals = new Totals(plan, headline);
    const key = { child: "", incarnation: 0 };
    const probe = specs.find((spec) => spec.isProbe)?.id;
    if (probe !== undefined)
      this.probe = { child: probe, probe: new TallyTotals(), rest: new TallyTotals() };
    const emit = (merged: Snapshot) => {
      this.totals.add(merged);
      onMerged(merged);
    };
    this.collector = new Collector(plan, specs, key, emit, { emission: "in addition" });
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

  /** Whether it is the first time that this is heard, as far as that counts. */
  apply(event: RunEvent): boolean {
    const report = this.reports.get(event.child);
    if (!report) return false;
    report.incarnation = Math.max(report.incarnation, event.incarnation);
    if (event.type === "started") report.latenessNs = event.latenessNs;
    else if (event.type === "snapshot") {
      if (!this.collector.add(event)) return false;
      report.cpuNs += event.usage.cpuNs;
      report.wallNs += event.usage.wallNs;
      if (this.probe) addApart(this.probe, event);
    } else this.applyEnd(report, event);
    return true;
  }

  /** A child's own word on its end outweighs that of who has lost it. */
  private applyEnd(report: ChildReport, event: Ended): void {
    if (!report.ended || (!isOwnWord(report.ended) && isOwnWord(event))) report.ended = event;
    this.collector.ended(event);
    this.collector.leave(event.child);
  }

  /** Ends the fold: children that have not spoken to their end are taken as lost. */
  finish(): Folded {
    this.collector.finish();
    const children = [...this.reports.values()].map((report) => ({
      ...report,
      intervals: this.collector.intervalsOf(report.spec.id),
    }));
    const { plan, totals, probe } = this;
    return { plan, totals, children, durationNs: this.durationNs(), ...(probe ? { probe } : {}) };
  }

  /**
   * To the plan's end if anybody went there, and beyond if anybody went on; else to where the last
   * child stopped.
   */
  private durationNs(): number {
    const ends = [...this.reports.values()].flatMap((report) => report.ended ?? []);
    const untils = ends.flatMap((end) => (end.outcome === "lost" ? [] : (end.untilNs ?? [])));
    const planned = plannedEndNs(this.plan, wholeShare(this.plan.load.connections));
    const whole = untils.length === 0 || ends.some((end) => end.outcome === "done");
    const reachedNs = Math.max(...untils, 0);
    // A number of requests ends a schedule with the last of them, however late that was noticed.
    const beyondNs = this.plan.load.requests === undefined ? reachedNs : 0;
    const untilNs = whole && planned !== null ? Math.max(planned, beyondNs) : reachedNs;
    const fallback = this.totals.course.endS * SECOND_NS;
    const { warmupNs } = timing(this.plan);
    return Math.max((untilNs > 0 ? untilNs : fallback) - warmupNs, 0);
  }
}

/** Who has lost a child does not know what it has sent. */
function isOwnWord({ outcome, intervals }: Ended): boolean {
  return outcome !== "lost" || intervals !== null;
}

/** To the probe's numbers, or to those of the rest. */
function addApart({ child, probe, rest }: ProbeTotals, { child: from, cells }: Snapshot): void {
  const totals = from === child ? probe : rest;
  for (const { phase, tally } of cells) if (phase === "measured") totals.add(tally);
}
