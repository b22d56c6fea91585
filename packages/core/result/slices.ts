/** The parts of a measured run in its Result: stages, targets, backends, recorded headers. */

import type { Plan } from "../plan/plan.ts";
import { targetNames } from "../plan/plan-target.ts";
import { SECOND_NS } from "../plan/quantity.ts";
import { parseRecordHeaders } from "../plan/record-header.ts";
import { timing } from "../plan/timing.ts";
import { measuredOnly } from "../record/percentile.ts";
import type { Folded } from "../run/fold.ts";
import { type StageBounds, stagesOf } from "../schedule/rate-profile.ts";
import { distributionOf, type Source } from "./measure.ts";
import { type Result, SLICE_COLUMNS, type Slice } from "./result.ts";
import { latencyOf } from "./result-latency.ts";

/** For how long the measured part, which lasted `durationS`, was in a stage. */
export function stageDurationS(plan: Plan, stage: number, durationS: number): number {
  const { fromS, toS } = secondsOf(plan, stagesOf(plan)[stage]);
  return Math.max(0, Math.min(toS, durationS) - fromS);
}

/** After the start of the measured part. */
function secondsOf(plan: Plan, { fromNs, toNs }: StageBounds): { fromS: number; toS: number } {
  const { warmupNs } = timing(plan);
  return { fromS: (fromNs - warmupNs) / SECOND_NS, toS: (toNs - warmupNs) / SECOND_NS };
}

function perS(n: number, durationS: number): number {
  return durationS === 0 ? 0 : Math.round((n / durationS) * 1000) / 1000;
}

export function sliceOf(source: Source, durationS: number): Slice {
  const { due, sent, completed, ok, errors, failed, dropped, censored, unsent } = source.counts;
  return {
    due,
    sent,
    completed,
    ok,
    errors,
    unanswered: failed + dropped + censored + unsent,
    offeredPerS: perS(due, durationS),
    achievedPerS: perS(completed, durationS),
    statusCodes: { ...source.statuses },
    latencyMs: Object.fromEntries(
      SLICE_COLUMNS.map((kind) => [kind, latencyOf(distributionOf(source, kind))]),
    ),
  };
}

export function stageResults({ plan, totals }: Folded, durationS: number): Result["stages"] {
  if (plan.load.stages === undefined) return [];
  return stagesOf(plan).map((stage, index) => {
    const { fromPerS: from, toPerS: to } = stage;
    const lastedS = stageDurationS(plan, index, durationS);
    return {
      ...sliceOf(totals.stages[index] ?? totals.phases.measured, lastedS),
      fromS: secondsOf(plan, stage).fromS,
      durationS: lastedS,
      ratePerS: { from, to },
    };
  });
}

export function targetResults({ plan, totals }: Folded, durationS: number): Result["targets"] {
  const names = targetNames(plan.targets);
  return plan.targets.map(({ url, method, weight }, index) => ({
    ...sliceOf(totals.targets[index] ?? totals.phases.measured, durationS),
    name: names[index],
    url,
    method,
    weight,
  }));
}

export function backendResults({ totals }: Folded): Result["backends"] {
  return Object.fromEntries(
    Object.entries(totals.backends).map(([address, { completed, errors, failed, service }]) => [
      address,
      { completed, errors, failed, serviceMs: latencyOf(measuredOnly(service)) },
    ]),
  );
}

export function recordedResults({ plan, totals }: Folded): Result["recorded"] {
  const { measured } = totals.phases;
  return Object.fromEntries(
    parseRecordHeaders(plan.recordHeaders).map(({ label: name }) => {
      const value = distributionOf(measured, `recorded:${name}`);
      const recorded = value.exact.count;
      return [
        name,
        {
          recorded,
          missing: measured.counts.completed - recorded,
          valueMs: latencyOf(value),
          overheadMs: latencyOf(distributionOf(measured, `overhead:${name}`)),
        },
      ];
    }),
  );
}
