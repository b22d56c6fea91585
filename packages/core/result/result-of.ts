/** A finished fold → the Result document. Pure: time, machine and deflate are handed in. */
import { assert } from "../errors.ts";
import { redactPlan } from "../plan/plan.ts";
import { SECOND_NS } from "../plan/quantity.ts";
import { timing } from "../plan/timing.ts";
import type { Deflate } from "../record/hdr-codec.ts";
import { measuredOnly, percentileOf, quantityAtRank, sizeOf } from "../record/percentile.ts";
import type { Totals } from "../record/totals.ts";
import type { Folded } from "../run/fold.ts";
import { healthOf } from "./health.ts";
import { distributionsOf, errorsOf, histogramsOf, populationsOf } from "./measured-part.ts";
import { probeOf } from "./probe.ts";
import {
  type Accounting,
  type ChildResult,
  type Environment,
  RESULT_SCHEMA,
  type Result,
} from "./result.ts";
import {
  childrenOf,
  columnsOf,
  type GeneratorContext,
  generatorOf,
  toldCounts,
} from "./result-generator.ts";
import { latencyOf } from "./result-latency.ts";
import { milliseconds, quantityMs } from "./result-quantity.ts";
import { backendResults, recordedResults, stageResults, targetResults } from "./slices.ts";
import type { Stop } from "./stop-watch.ts";
import { judge } from "./verdict.ts";

export interface ResultContext extends GeneratorContext {
  readonly id: string;
  readonly startedAt: string;
  /** How long the target's name took to resolve, before the run; 0 for an address. */
  readonly lookupNs?: number;
  readonly environment: Environment;
  readonly deflate: Deflate;
  /** Why the run did not go to its end, if a person or an error cut it short. */
  readonly interrupted?: string;
  /** The condition of the plan that ended it. */
  readonly stopped?: Stop;
}

/**
 * Counts of the measured part. Asserts that they sum to zero: a run that does not add up must not
 * be printed.
 */
function accountingOf({ totals }: Folded): Accounting {
  const { due, sent, dropped, unsent, unknown, completed, failed, censored } =
    totals.phases.measured.counts;
  assert(
    due === sent + dropped + unsent + unknown,
    `due ${due} = sent ${sent} + dropped ${dropped} + unsent ${unsent} + unknown ${unknown}`,
  );
  assert(
    sent === completed + failed + censored,
    `sent ${sent} = completed ${completed} + failed ${failed} + censored ${censored}`,
  );
  const { expected, received } = totals.parts;
  return {
    due,
    sent,
    dropped,
    unsent,
    unknown,
    completed,
    failed,
    censored,
    intervalsExpected: expected,
    intervalsReceived: received,
  };
}

function seriesOf(totals: Totals): Result["series"] {
  const { widthS, endS } = totals.course;
  return totals.series.map(({ interval, due, completed, errors, latency, unanswered }) => {
    const overS = Math.min(widthS, endS - interval);
    const distribution = { ...measuredOnly(latency), failed: unanswered };
    const n = sizeOf(distribution);
    const at = (percent: number) => quantityMs(percentileOf(distribution, percent));
    return {
      atS: interval,
      overS,
      duePerS: due / overS,
      ratePerS: completed / overS,
      errors,
      p50: at(50),
      p99: at(99),
      max: n === 0 ? null : quantityMs(quantityAtRank(distribution, n)),
    };
  });
}

function warmupOf({ plan, totals }: Folded): Result["warmup"] {
  if (timing(plan).warmupNs === 0) return null;
  const { due, sent, completed, failed } = totals.phases.warmup.counts;
  return { due, sent, completed, failed };
}

function countsOf(folded: Folded, accounting: Accounting) {
  const durationS = folded.durationNs / SECOND_NS;
  const perS = (n: number) => (durationS === 0 ? 0 : Math.round((n / durationS) * 1000) / 1000);
  const { measured } = folded.totals.phases;
  return {
    durationS,
    offered: { requests: accounting.due, ratePerS: perS(accounting.due) },
    achieved: { requests: accounting.completed, ratePerS: perS(accounting.completed) },
    populations: populationsOf(measured),
    statusCodes: measured.statuses,
  };
}

/**
 * The Result. Throws when the accounting does not sum: that is a fault of ours, and no number is
 * better than a wrong one.
 */
export function resultOf(folded: Folded, context: ResultContext): Result {
  const { plan, totals } = folded;
  const accounting = accountingOf(folded);
  const { measured } = totals.phases;
  const distributions = distributionsOf(measured, totals.turn.sparse());
  const counts = countsOf(folded, accounting);
  const children = childrenOf(folded, context);
  const health = healthOf(plan, totals, machinesOf(context, children), counts.durationS);
  const probe = probeOf(folded);
  const judged = judge({
    folded,
    accounting,
    health,
    children,
    durationS: counts.durationS,
    ...context,
  });
  return {
    schema: RESULT_SCHEMA,
    id: context.id,
    name: plan.name,
    labels: plan.labels,
    plan: redactPlan(plan) as unknown as Result["plan"],
    startedAt: context.startedAt,
    durationS: counts.durationS,
    generator: generatorOf(folded, context, health, probe),
    offered: counts.offered,
    achieved: counts.achieved,
    accounting,
    populations: counts.populations,
    latencyMs: Object.fromEntries(
      columnsOf(context.generator).map((name) => [name, latencyOf(distributions[name])]),
    ),
    statusCodes: counts.statusCodes,
    ...errorsOf(measured.errors),
    ...toldCounts(totals, context.generator),
    lookupMs: milliseconds(context.lookupNs ?? 0),
    backends: backendResults(folded),
    targets: targetResults(folded, counts.durationS),
    stages: stageResults(folded, counts.durationS),
    recorded: recordedResults(folded),
    probe,
    stopped: stoppedOf(context.stopped),
    series: context.generator.bySecond ? seriesOf(totals) : [],
    histograms: histogramsOf(measured, distributions, context.deflate),
    warmup: warmupOf(folded),
    children,
    thresholds: judged.thresholds,
    verdict: judged.verdict,
    environment: context.environment,
  };
}

/** A coordinator's own machine measures nothing. */
function machinesOf({ agents, environment }: ResultContext, children: readonly ChildResult[]) {
  if (agents === undefined) return [{ environment }];
  return children.flatMap(({ id, agent, environment: own }) =>
    own === undefined ? [] : [{ name: `agent ${agent?.name ?? id}`, environment: own }],
  );
}

function stoppedOf(stop: Stop | undefined): Result["stopped"] {
  return stop === undefined ? null : { condition: stop.condition, atS: stop.atNs / SECOND_NS };
}
