/**
 * Sickness: an agent that is late by its own doing, second after second, does not measure its
 * target. Looked for while the run goes on, by the limits of a Result's health. A hiccup is not a
 * sickness: what it has spoilt is for the Result to judge.
 */
import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Cell } from "@nightjar/core/record/cell.ts";
import {
  EMPTY_HISTOGRAM,
  mergeHistograms,
  type SparseHistogram,
} from "@nightjar/core/record/histogram.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import { LATE_SHARE, lagLimitNs, shareAbove } from "@nightjar/core/result/health.ts";

/** So many seconds in a row. */
const STREAK = 5;
/** Whatever answers take. */
const LEAST_LIMIT_NS = lagLimitNs(() => EMPTY_HISTOGRAM);

/** Looks at one agent. */
export class SickWatch {
  private streak = 0;

  /** Why it is not fit, in words. What comes late is looked at when it comes. */
  look(snapshot: Snapshot): string | undefined {
    const { late, limitNs } = latenessIn(snapshot);
    this.streak = late > LATE_SHARE ? this.streak + 1 : 0;
    return this.streak < STREAK ? undefined : latenessOf(late, limitNs);
  }
}

/** Nothing is unpacked of a second in which nothing was late: it took as long as all the fold. */
function latenessIn(snapshot: Snapshot): { late: number; limitNs: number } {
  const isLate = ({ tally }: Cell) => (tally.histograms.lag?.max ?? 0) > LEAST_LIMIT_NS;
  if (!snapshot.cells.some(isLate)) return { late: 0, limitNs: LEAST_LIMIT_NS };
  const limitNs = lagLimitNs((name) => histogramIn(snapshot, name));
  return { late: shareAbove(histogramIn(snapshot, "lag"), limitNs), limitNs };
}

function latenessOf(late: number, limitNs: number): string {
  const percent = (late * 100).toFixed(late < 0.1 ? 1 : 0);
  const limitMs = Math.round(limitNs / MILLISECOND_NS);
  return (
    `${STREAK} seconds in a row its exchanges left late by its own doing (lag), ` +
    `in the last ${percent} % of them by more than ${limitMs} ms`
  );
}

function histogramIn(
  { cells }: Snapshot,
  name: "lag" | "response" | "censoredAge" | "unsentAge",
): SparseHistogram {
  return mergeHistograms(cells.flatMap(({ tally }) => tally.histograms[name] ?? []));
}

/** Of all agents, by child. */
export class SickWatches {
  private readonly watches = new Map<string, SickWatch>();

  look(snapshot: Snapshot): string | undefined {
    const watch = this.watches.get(snapshot.child) ?? new SickWatch();
    this.watches.set(snapshot.child, watch);
    return watch.look(snapshot);
  }
}
