/**
 * Sickness: an agent that is late by its own doing does not measure its target. Looked for in the
 * last seconds of each agent, while the run goes on, by the limits of a Result's health.
 */
import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { mergeHistograms, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import { LATE_SHARE, lagLimitNs, shareAbove } from "@nightjar/core/result/health.ts";

/** Long enough that a hiccup is not a sickness. */
const WINDOW = 5;

/** Looks at one agent. */
export class SickWatch {
  private readonly recent: Snapshot[] = [];

  /** Why it is not fit, in words. What comes late is looked at when it comes. */
  look(snapshot: Snapshot): string | undefined {
    this.recent.push(snapshot);
    if (this.recent.length > WINDOW) this.recent.shift();
    return this.recent.length < WINDOW ? undefined : this.lateness();
  }

  private lateness(): string | undefined {
    const limitNs = lagLimitNs((name) => this.histogram(name));
    const late = shareAbove(this.histogram("lag"), limitNs);
    if (late <= LATE_SHARE) return undefined;
    const percent = (late * 100).toFixed(late < 0.1 ? 1 : 0);
    const limitMs = Math.round(limitNs / MILLISECOND_NS);
    return (
      `${percent} % of its exchanges in ${WINDOW} s left more than ` +
      `${limitMs} ms late by its own doing (lag)`
    );
  }

  private histogram(name: "lag" | "response" | "censoredAge" | "unsentAge"): SparseHistogram {
    const cells = this.recent.flatMap((snapshot) => snapshot.cells);
    return mergeHistograms(cells.flatMap(({ tally }) => tally.histograms[name] ?? []));
  }
}
