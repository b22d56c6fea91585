/** Plain progress lines on standard error, every few seconds, by the parent. */
import type { RunFold } from "@nightjar/core/fold.ts";
import { mergeHistograms } from "@nightjar/core/histogram.ts";
import { measuredOnly, percentileOf } from "@nightjar/core/percentile.ts";
import { timing } from "@nightjar/core/plan.ts";
import { MILLISECOND_NS, SECOND_NS } from "@nightjar/core/quantity.ts";
import { PHASES } from "@nightjar/core/snapshot.ts";
import { progressLine } from "@nightjar/formats/progress.ts";

const EVERY_MS = 2000;

/** The last whole second, and the totals so far. */
function lineOf(fold: RunFold, elapsedS: number): string {
  const { totals, plan } = fold;
  const { endNs } = timing(plan);
  const row = totals.series.at(-1);
  const response = mergeHistograms(
    PHASES.map((phase) => totals.phases[phase].histogram("response")),
  );
  const at = (percent: number) => {
    const quantity = percentileOf(measuredOnly(response), percent);
    return quantity && "value" in quantity ? quantity.value / MILLISECOND_NS : null;
  };
  const sum = (count: "sent" | "completed" | "failed" | "errors") =>
    PHASES.reduce((total, phase) => total + totals.phases[phase].counts[count], 0);
  return progressLine({
    elapsedS,
    totalS: endNs === Number.POSITIVE_INFINITY ? null : endNs / SECOND_NS,
    offered: row?.due ?? 0,
    completed: row?.completed ?? 0,
    errors: sum("errors") + sum("failed"),
    inFlight: Math.max(0, sum("sent") - sum("completed") - sum("failed")),
    p50Ms: at(50),
    p99Ms: at(99),
    maxMs: response.count === 0 ? null : response.max / MILLISECOND_NS,
  });
}

/** Returns what ends it. */
export function showProgress(fold: RunFold, print: (line: string) => void): () => void {
  const startMs = performance.now();
  const timer = setInterval(
    () => print(lineOf(fold, (performance.now() - startMs) / 1000)),
    EVERY_MS,
  );
  return () => clearInterval(timer);
}
