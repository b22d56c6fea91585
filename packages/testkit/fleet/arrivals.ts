/**
 * Arrivals: what a server's log shows of a run over a fleet, beside what the schedule has given to
 * each agent.
 */
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import { schedule } from "@nightjar/core/schedule/schedule.ts";
import type { OriginRow } from "@nightjar/origin/log.ts";
import type { FoldedRun } from "./folded-run.ts";

/** An exchange of one agent's share. */
export interface Owed {
  readonly i: number;
  readonly dueNs: number;
  /** When the server had it, on the machine's monotonic clock; never: `undefined`. */
  readonly arrivalNs: number | undefined;
}

export class Arrivals {
  /** On the machine's monotonic clock; a little later than it was. */
  readonly t0Ns: number;
  private readonly owedBy = new Map<string, readonly Owed[]>();

  constructor(
    readonly rows: readonly OriginRow[],
    document: PlanDocument,
    readonly run: FoldedRun,
  ) {
    const plan = resolvePlan(document);
    const { endNs } = timing(plan);
    const arrivedNs = new Map(rows.map(({ number, arrivalNs }) => [number, arrivalNs]));
    for (const { spec } of run.head.children) {
      const owed: Owed[] = [];
      const cursor = schedule(plan, spec.share);
      for (; cursor.i >= 0 && cursor.dueNs < endNs; cursor.advance()) {
        const { i, dueNs } = cursor;
        owed.push({ i, dueNs, arrivalNs: arrivedNs.get(i) });
      }
      this.owedBy.set(spec.id, owed);
    }
    this.t0Ns = Math.min(
      ...this.all().map(({ dueNs, arrivalNs = Number.POSITIVE_INFINITY }) => arrivalNs - dueNs),
    );
  }

  of(child: string): readonly Owed[] {
    return this.owedBy.get(child) ?? [];
  }

  all(): readonly Owed[] {
    return [...this.owedBy.values()].flat();
  }

  /** When the server had the last of a child's, s after T0; none: −∞. */
  lastS(child: string): number {
    const arrivals = this.of(child).flatMap(({ arrivalNs }) => arrivalNs ?? []);
    return (Math.max(...arrivals) - this.t0Ns) / 1e9;
  }

  /**
   * What does not hold of every run, whatever has broken; nothing: all of it. `diedNs`: when those
   * who have not said their end were killed, or had to stop.
   */
  faults(diedNs: Readonly<Record<string, number>> = {}): string[] {
    return [
      ...this.repeated(),
      ...this.run.head.children.flatMap(({ spec }) => this.faultsOf(spec.id, diedNs[spec.id])),
      ...this.excess(),
    ];
  }

  private repeated(): string[] {
    const times = new Map<number, number>();
    for (const { number } of this.rows) times.set(number, (times.get(number) ?? 0) + 1);
    return [...times].flatMap(([i, count]) => (count > 1 ? [`${i} came ${count} times`] : []));
  }

  /** The server lacks no more than the Result says that it may lack. */
  private excess(): string[] {
    const { due, unknown, unsent, dropped } = this.run.result.accounting;
    const missing = due - this.rows.length;
    const allowed = unknown + unsent + dropped;
    return missing <= allowed ? [] : [`${missing} are missing, and ${allowed} may be`];
  }

  /**
   * Up to its own word, or its last interval that came, all that it owed has come; of what is
   * unknown only what was due before its death.
   */
  private faultsOf(child: string, diedNs: number | undefined): string[] {
    const { result, ends } = this.run;
    const { unsent, dropped } = result.accounting;
    const { unknownFromS } = result.children.filter(({ id }) => id === child)[0];
    const saidNs = ends.get(child)?.untilNs ?? Number.POSITIVE_INFINITY;
    const knownNs = Math.min(saidNs, (unknownFromS ?? Number.POSITIVE_INFINITY) * 1e9);
    const missing = this.of(child).filter(
      ({ dueNs, arrivalNs }) => dueNs < knownNs && arrivalNs === undefined,
    );
    const said = missing.map(({ i }) => i).join(", ");
    const faults = missing.length > unsent + dropped ? [`${child} lacks ${said}`] : [];
    return [...faults, ...this.ghosts(child, Math.min(saidNs, (diedNs ?? Infinity) - this.t0Ns))];
  }

  private ghosts(child: string, lastNs: number): string[] {
    const late = this.of(child).filter(
      ({ dueNs, arrivalNs }) => arrivalNs !== undefined && dueNs > lastNs,
    );
    if (late.length === 0) return [];
    const said = late.map(({ i, dueNs }) => `${i} (due at ${dueNs / 1e9} s)`).join(", ");
    return [`${child} sent after its end at ${lastNs / 1e9} s: ${said}`];
  }
}
