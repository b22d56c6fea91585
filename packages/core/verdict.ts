/**
 * Verdict: thresholds judged on the merged Result. A sick generator, a missing interval or too few
 * samples make it inconclusive, whatever the thresholds say: a number that is wrong is worse than
 * none.
 */
import type { Folded } from "./fold.ts";
import type { HealthReport } from "./health.ts";
import {
  type Distribution,
  meanOf,
  percentileOf,
  type Quantity,
  quantityAtRank,
  sizeOf,
} from "./percentile.ts";
import type {
  Accounting,
  ChildResult,
  JudgedThreshold,
  LatencyColumn,
  Result,
  Verdict,
} from "./result.ts";
import { milliseconds, quantityMs } from "./result-quantity.ts";
import { holds, type Metric, parseThreshold, type Threshold } from "./threshold.ts";

export interface Evidence {
  readonly folded: Folded;
  readonly accounting: Accounting;
  readonly distributions: Record<LatencyColumn, Distribution>;
  readonly achieved: Result["achieved"];
  readonly health: HealthReport;
  readonly children: readonly ChildResult[];
  readonly interrupted?: string;
}

/** Latencies in ns, shares as fractions. `null`: too few samples. */
function measure(metric: Metric, evidence: Evidence): Quantity | null {
  const { accounting, distributions } = evidence;
  const { errors } = evidence.folded.totals.phases.measured.counts;
  switch (metric.of) {
    case "percentile":
      return percentileOf(distributions[metric.kind], metric.percent);
    case "max":
      return maxOf(distributions[metric.kind]);
    case "mean":
    case "stddev":
      return meanOf(distributions[metric.kind], metric.of);
    case "min":
      return minOf(distributions[metric.kind]);
    case "errors":
      return fraction(errors + accounting.failed, accounting.sent);
    case "achieved":
      return fraction(accounting.completed, accounting.due);
    case "rate":
      return { value: evidence.achieved.ratePerS };
    case "status":
      return statusOf(metric, evidence);
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

function statusOf(
  metric: Metric & { of: "status" },
  { folded, accounting }: Evidence,
): Quantity | null {
  const pattern = new RegExp(`^${metric.pattern.replaceAll("x", "\\d")}$`);
  let n = 0;
  for (const [status, count] of Object.entries(folded.totals.phases.measured.statuses)) {
    if (pattern.test(status)) n += count;
  }
  return metric.unit === "share" ? fraction(n, accounting.sent) : { value: n };
}

const LATENCY_METRICS: ReadonlySet<Metric["of"]> = new Set([
  "percentile",
  "mean",
  "stddev",
  "min",
  "max",
]);

/** Whether the threshold holds for every value that the quantity may have. */
function surely(threshold: Threshold, quantity: Quantity): boolean {
  if ("value" in quantity) return holds(quantity.value, threshold.operator, threshold.limit);
  if (threshold.operator === ">" || threshold.operator === ">=") {
    return holds(quantity.atLeast, threshold.operator, threshold.limit);
  }
  return false;
}

function judgeOne(threshold: Threshold, evidence: Evidence): JudgedThreshold {
  const quantity = measure(threshold.metric, evidence);
  if (quantity === null) return { expr: threshold.expr, value: null, ok: null };
  const latency = LATENCY_METRICS.has(threshold.metric.of);
  const value = latency
    ? quantityMs(quantity)
    : "value" in quantity
      ? quantity.value
      : milliseconds(quantity.atLeast);
  return { expr: threshold.expr, value, ok: surely(threshold, quantity) };
}

/** What keeps the numbers from being believed, the gravest first. */
function doubts(evidence: Evidence): string[] {
  const { accounting, children, health, interrupted } = evidence;
  const reasons: string[] = [];
  if (interrupted !== undefined) reasons.push(`the run was cut short: ${interrupted}`);
  for (const child of children) {
    const { outcome, reason } = child.end;
    if (outcome === "lost" || outcome === "failed")
      reasons.push(`worker ${child.id} was ${outcome}: ${reason}`);
  }
  const { intervalsExpected, intervalsReceived, unknown } = accounting;
  if (intervalsReceived < intervalsExpected) {
    reasons.push(
      `${intervalsReceived} of ${intervalsExpected} intervals arrived, ` +
        `and ${unknown} exchanges are unknown`,
    );
  }
  reasons.push(...health.faults);
  if (accounting.due === 0) reasons.push("nothing became due in the measured part");
  else if (accounting.completed === 0) reasons.push("no exchange was answered");
  else if (evidence.folded.totals.phases.measured.counts.ok === 0) {
    reasons.push("no exchange was answered with a status that is ok");
  }
  return reasons;
}

export function judge(evidence: Evidence): { thresholds: JudgedThreshold[]; verdict: Verdict } {
  const thresholds = evidence.folded.plan.thresholds.map((text) =>
    judgeOne(parseThreshold(text), evidence),
  );
  const reasons = doubts(evidence);
  const unjudged = thresholds.filter((threshold) => threshold.ok === null);
  const failed = thresholds.filter((threshold) => threshold.ok === false);
  if (reasons.length > 0) return { thresholds, verdict: { outcome: "inconclusive", reasons } };
  if (failed.length > 0) {
    return {
      thresholds,
      verdict: { outcome: "fail", reasons: failed.map(({ expr }) => `threshold failed: ${expr}`) },
    };
  }
  if (unjudged.length > 0) {
    const tooFew = unjudged.map(({ expr }) => `too few samples to judge: ${expr}`);
    return { thresholds, verdict: { outcome: "inconclusive", reasons: tooFew } };
  }
  const n = thresholds.length;
  const said = n === 0 ? [] : [n === 1 ? "the threshold holds" : `all ${n} thresholds hold`];
  return { thresholds, verdict: { outcome: "pass", reasons: said } };
}
