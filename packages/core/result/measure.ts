/** Measure: a metric, measured on a run, on a part of it, or on one second. */

import type { LatencyKind, Metric } from "../plan/threshold.ts";
import {
  ageless,
  EMPTY_HISTOGRAM,
  mergeHistograms,
  type SparseHistogram,
} from "../record/histogram.ts";
import {
  type Distribution,
  meanOf,
  measuredOnly,
  percentileOf,
  type Quantity,
  quantityAtRank,
  sizeOf,
} from "../record/percentile.ts";
import type { Counts, Tally, TallyHistogram } from "../record/tally.ts";

/** Where histograms come from: totals, or a single tally. */
export interface Source {
  readonly counts: Counts;
  readonly statuses: Readonly<Record<string, number>>;
  histogram(name: TallyHistogram): SparseHistogram;
}

export interface Subject extends Source {
  readonly durationS: number;
}

export function sourceOf({ counts, statuses, histograms }: Tally): Source {
  return { counts, statuses, histogram: (name) => histograms[name] ?? EMPTY_HISTOGRAM };
}

/** The population of each latency: see GLOSSARY.md. */
export function distributionOf(source: Source, kind: LatencyKind): Distribution {
  const exact = source.histogram(kind);
  if (kind !== "wait" && kind !== "response") return measuredOnly(exact);
  const unsent = source.histogram("unsentAge");
  const dropped = ageless(source.counts.dropped);
  if (kind === "wait") return { exact, censored: unsent, failed: dropped };
  return {
    exact,
    censored: mergeHistograms([source.histogram("censoredAge"), unsent]),
    failed: mergeHistograms([source.histogram("failedAge"), dropped]),
  };
}

/** Latencies in ns, shares as fractions. `null`: too few samples. */
export function measure(metric: Metric, subject: Subject): Quantity | null {
  const { due, sent, completed, failed, errors } = subject.counts;
  switch (metric.of) {
    case "percentile":
      return percentileOf(distributionOf(subject, metric.kind), metric.percent);
    case "max":
      return maxOf(distributionOf(subject, metric.kind));
    case "mean":
    case "stddev":
      return meanOf(distributionOf(subject, metric.kind), metric.of);
    case "min":
      return minOf(distributionOf(subject, metric.kind));
    case "errors":
      return fraction(errors + failed, sent);
    case "achieved":
      return fraction(completed, due);
    case "rate":
      return subject.durationS === 0 ? null : { value: completed / subject.durationS };
    case "status":
      return statusOf(metric, subject);
  }
}

function fraction(part: number, whole: number): Quantity | null {
  return whole === 0 ? null : { value: part / whole };
}

function maxOf(distribution: Distribution): Quantity | null {
  const n = sizeOf(distribution);
  return n === 0 ? null : quantityAtRank(distribution, n);
}

function minOf({ exact }: Distribution): Quantity | null {
  return exact.count === 0 ? null : { value: exact.min };
}

function statusOf(metric: Metric & { of: "status" }, subject: Subject): Quantity | null {
  const pattern = new RegExp(`^${metric.pattern.replaceAll("x", "\\d")}$`);
  let n = 0;
  for (const [status, count] of Object.entries(subject.statuses)) {
    if (pattern.test(status)) n += count;
  }
  return metric.unit === "share" ? fraction(n, subject.counts.sent) : { value: n };
}
