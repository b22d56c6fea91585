/**
 * Verdict: thresholds judged on the merged Result. A sick generator, a missing interval or too few
 * samples make it inconclusive, whatever the thresholds say: a number that is wrong is worse than
 * none.
 */

import type { Plan } from "../plan/plan.ts";
import { targetNames } from "../plan/plan-target.ts";
import { MILLISECOND_NS, parseDurationNs, SECOND_NS } from "../plan/quantity.ts";
import {
  holds,
  type Metric,
  parseThreshold,
  type Scope,
  type Threshold,
} from "../plan/threshold.ts";
import type { Quantity } from "../record/percentile.ts";
import type { Folded } from "../run/fold.ts";
import { lossOf } from "../run/load-generator.ts";
import type { HealthReport } from "./health.ts";
import { measure, type Subject } from "./measure.ts";
import type { Accounting, AgentResult, ChildResult, JudgedThreshold, Verdict } from "./result.ts";
import { milliseconds, quantityMs } from "./result-quantity.ts";
import { stageDurationS } from "./slices.ts";
import type { Stop } from "./stop-watch.ts";

export interface Evidence {
  readonly folded: Folded;
  readonly accounting: Accounting;
  readonly health: HealthReport;
  readonly children: readonly ChildResult[];
  readonly durationS: number;
  readonly interrupted?: string;
  readonly stopped?: Stop;
}

/** What the threshold is about. Where the plan has one stage, or one target, it is the whole. */
function subjectOf(scope: Scope, { folded, durationS }: Evidence): Subject {
  const { plan, totals } = folded;
  const whole = totals.phases.measured;
  if (scope.of === "stage") {
    const stage = totals.stages[scope.stage] ?? whole;
    return withDuration(stage, stageDurationS(plan, scope.stage, durationS));
  }
  if (scope.of === "target") {
    const target = totals.targets[targetNames(plan.targets).indexOf(scope.name)];
    return withDuration(target ?? whole, durationS);
  }
  return withDuration(whole, durationS);
}

function withDuration(source: Omit<Subject, "durationS">, durationS: number): Subject {
  const { counts, statuses } = source;
  return { counts, statuses, histogram: (name) => source.histogram(name), durationS };
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
  const quantity = measure(threshold.metric, subjectOf(threshold.scope, evidence));
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
    const who = child.agent === undefined ? `worker ${child.id}` : `agent ${child.agent.name}`;
    const loss = lossOf(who, child.end);
    if (loss !== undefined) reasons.push(`${loss}${withoutIt(child.id, evidence)}`);
    if (child.agent) reasons.push(...agentDoubts(child.agent, evidence.folded.plan));
  }
  if (reasons.length === 0) reasons.push(...cutShort(evidence));
  const { intervalsExpected, intervalsReceived, unknown } = accounting;
  if (intervalsReceived < intervalsExpected) {
    reasons.push(
      `${intervalsReceived} of ${intervalsExpected} intervals arrived, ` +
        `and ${unknown} exchanges${ofDue(unknown, accounting.due)} are unknown`,
    );
  }
  reasons.push(...health.faults);
  if (accounting.due === 0) reasons.push("nothing became due in the measured part");
  else if (accounting.completed === 0) reasons.push("no exchange was answered");
  else if (evidence.folded.totals.phases.measured.counts.ok === 0) {
    reasons.push("no answer was ok: each had a wrong status or failed a check");
  }
  return reasons;
}

/**
 * The others may have been stopped for one that was taken for lost, and came to its end after all.
 */
function cutShort({ folded, stopped }: Evidence): string[] {
  if (stopped !== undefined) return [];
  const ends = folded.children.flatMap(({ ended }) => ended ?? []);
  const cut = ends.find(({ outcome, limit }) => outcome === "stopped" && limit === undefined);
  return cut === undefined ? [] : [`the run was cut short: ${cut.reason}`];
}

/**
 * Who has failed has told to its end what became of its exchanges, and nobody has sent those that
 * it would have had while the others went on.
 */
function withoutIt(id: string, { folded }: Evidence): string {
  const { spec, ended } = folded.children.find((one) => one.spec.id === id) ?? {};
  if (spec === undefined || ended?.outcome !== "failed" || ended.untilNs === null) return "";
  const { untilNs } = ended;
  const goneOn = folded.children.some(
    (other) => other.ended?.outcome === "done" || (other.ended?.untilNs ?? 0) > untilNs + SECOND_NS,
  );
  if (!goneOn) return "";
  const share = (((spec.share.to - spec.share.from) / spec.share.of) * 100).toFixed(0);
  const since = `from ${Number((untilNs / SECOND_NS).toFixed(1))} s on`;
  return `; ${since} its ${share} % of the exchanges were sent by nobody, and are not in due`;
}

/** A deficit that is worth a number. */
function ofDue(part: number, due: number): string {
  return part === 0 || due === 0 ? "" : ` of ${due} (${((100 * part) / due).toFixed(1)} %)`;
}

function agentDoubts(agent: AgentResult, { maxClockError }: Plan): string[] {
  const { name, sick, clockErrorMs, clockErrorBoundMs } = agent;
  const doubts = sick === null ? [] : [`agent ${name} was not fit to measure: ${sick}`];
  if (maxClockError === undefined) return doubts;
  if (clockErrorMs === null || clockErrorBoundMs === null) {
    return [...doubts, `agent ${name}'s clock was never measured (maxClockError)`];
  }
  const worstMs = clockErrorMs + clockErrorBoundMs;
  if (worstMs * MILLISECOND_NS <= parseDurationNs(maxClockError)) return doubts;
  const said = `agent ${name}'s clock may have been off by ${worstMs.toFixed(1)} ms`;
  return [...doubts, `${said}, more than the plan allows (maxClockError: ${maxClockError})`];
}

function failures(thresholds: readonly JudgedThreshold[], stopped: Stop | undefined): string[] {
  const stop = stopped === undefined ? [] : [`the run was stopped: ${stopped.condition}`];
  const failed = thresholds.filter(({ ok }) => ok === false);
  return [...stop, ...failed.map(({ expr }) => `threshold failed: ${expr}`)];
}

export function judge(evidence: Evidence): { thresholds: JudgedThreshold[]; verdict: Verdict } {
  const thresholds = evidence.folded.plan.thresholds.map((text) =>
    judgeOne(parseThreshold(text), evidence),
  );
  const reasons = doubts(evidence);
  const unjudged = thresholds.filter((threshold) => threshold.ok === null);
  const failed = failures(thresholds, evidence.stopped);
  if (reasons.length > 0) return { thresholds, verdict: { outcome: "inconclusive", reasons } };
  if (failed.length > 0) {
    return { thresholds, verdict: { outcome: "fail", reasons: failed } };
  }
  if (unjudged.length > 0) {
    const tooFew = unjudged.map(({ expr }) => `too few samples to judge: ${expr}`);
    return { thresholds, verdict: { outcome: "inconclusive", reasons: tooFew } };
  }
  const n = thresholds.length;
  const said = n === 0 ? [] : [n === 1 ? "the threshold holds" : `all ${n} thresholds hold`];
  return { thresholds, verdict: { outcome: "pass", reasons: said } };
}
