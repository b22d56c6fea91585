/**
 * The figures of a live view: they change with each complete second alone, and are made once for
 * it.
 */

import { PHASES } from "@nightjar/core/record/cell.ts";
import { ageless, EMPTY_HISTOGRAM, mergeHistograms } from "@nightjar/core/record/histogram.ts";
import {
  type Distribution,
  percentileOf,
  quantityAtRank,
  sizeOf,
} from "@nightjar/core/record/percentile.ts";
import { addErrors, type Count } from "@nightjar/core/record/tally.ts";
import type { SeriesRow, Totals } from "@nightjar/core/record/totals.ts";
import type { ResultQuantity } from "@nightjar/core/result/result.ts";
import { quantityMs } from "@nightjar/core/result/result-quantity.ts";
import type { RunFold } from "@nightjar/core/run/fold.ts";
import type { LiveView } from "@nightjar/formats/live/live-view.ts";

/** More seconds than a terminal has columns. */
const COURSE_S = 240;

export type Figures = Pick<
  LiveView,
  | "second"
  | "kind"
  | "latencyMs"
  | "errors"
  | "errorKinds"
  | "inFlight"
  | "backlog"
  | "dropped"
  | "course"
>;

interface Mark {
  readonly p99: number | null;
  readonly max: number | null;
}

function maxOf(distribution: Distribution): ResultQuantity {
  const n = sizeOf(distribution);
  return n === 0 ? null : quantityMs(quantityAtRank(distribution, n));
}

/** Where only a bound is known, the bound is drawn. */
function drawn(quantity: ResultQuantity): number | null {
  return typeof quantity === "object" && quantity !== null ? quantity.atLeast : quantity;
}

export function sumOf({ phases }: Totals, count: Count): number {
  return PHASES.reduce((total, phase) => total + phases[phase].counts[count], 0);
}

/** What the counts leave open at the end of the last complete second. */
function openIn(totals: Totals): Pick<Figures, "inFlight" | "backlog" | "dropped"> {
  const of = (count: Count) => sumOf(totals, count);
  const inFlight = of("sent") - of("completed") - of("failed") - of("censored");
  const backlog = of("due") - of("sent") - of("dropped") - of("unsent") - of("unknown");
  return {
    inFlight: Math.max(inFlight, 0),
    backlog: Math.max(backlog, 0),
    dropped: of("dropped"),
  };
}

function errorKindsIn({ phases }: Totals): Figures["errorKinds"] {
  const all = addErrors(PHASES.map((phase) => phases[phase].errors));
  return Object.entries(all)
    .map(([kind, { count }]) => [kind, count] as const)
    .sort(([, a], [, b]) => b - a);
}

/** As the report's, over ok and unanswered; what is still open is left out. */
function latencyIn({ phases, headline }: Totals): Figures["latencyMs"] {
  const part = phases.measured.counts.due > 0 ? phases.measured : phases.warmup;
  const distribution: Distribution = {
    exact: part.histogram(headline),
    censored: EMPTY_HISTOGRAM,
    failed: mergeHistograms([part.histogram("failedAge"), ageless(part.counts.dropped)]),
  };
  const at = (percent: number) => quantityMs(percentileOf(distribution, percent));
  return { p50: at(50), p99: at(99), max: maxOf(distribution) };
}

export class RunFigures {
  /** A row is replaced when something is added to it. */
  private readonly marks = new WeakMap<SeriesRow, Mark>();
  private figures: Figures | undefined;
  private partsSeen = -1;

  constructor(private readonly fold: Pick<RunFold, "plan" | "totals">) {}

  get current(): Figures {
    const { received } = this.fold.totals.parts;
    if (this.figures === undefined || received !== this.partsSeen) {
      this.figures = this.make();
      this.partsSeen = received;
    }
    return this.figures;
  }

  private make(): Figures {
    const { totals } = this.fold;
    const errors = sumOf(totals, "errors") + sumOf(totals, "failed");
    return {
      second: this.lastSecond(),
      kind: totals.headline,
      latencyMs: latencyIn(totals),
      errors,
      errorKinds: errors === 0 ? [] : errorKindsIn(totals),
      ...openIn(totals),
      course: this.course(),
    };
  }

  /** Of a run so long that its rows are of several seconds: their mean. */
  private lastSecond(): Figures["second"] {
    const { plan, totals } = this.fold;
    const row = totals.series.at(-1);
    if (row === undefined) return null;
    const lengthS = totals.course.endS - row.interval;
    const offeredPerS = plan.load.model === "open" ? row.due / lengthS : null;
    return { offeredPerS, answeredPerS: row.completed / lengthS };
  }

  /** Where most seconds have too few samples for their p99, their maximum is drawn. */
  private course(): Figures["course"] {
    const marks = this.fold.totals.series.slice(-COURSE_S).map((row) => this.markOf(row));
    const known = marks.filter(({ p99 }) => p99 !== null).length;
    const name = known * 2 >= marks.length ? "p99" : "max";
    return { name, ms: marks.map((mark) => mark[name]) };
  }

  private markOf(row: SeriesRow): Mark {
    const before = this.marks.get(row);
    if (before) return before;
    const { latency: exact, unanswered: failed } = row;
    const distribution = { exact, censored: EMPTY_HISTOGRAM, failed };
    const p99 = drawn(quantityMs(percentileOf(distribution, 99)));
    const mark = { p99, max: drawn(maxOf(distribution)) };
    this.marks.set(row, mark);
    return mark;
  }
}
