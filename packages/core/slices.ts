/** The parts of a measured run in its Result: stages, targets, backends, recorded headers, probe. */
import type { Folded } from "./fold.ts";
import { distributionOf, type Source } from "./measure.ts";
import { measuredOnly } from "./percentile.ts";
import type { Plan } from "./plan.ts";
import { stageRates } from "./plan-load.ts";
import { targetNames } from "./plan-target.ts";
import { parseDurationNs, SECOND_NS } from "./quantity.ts";
import { parseRecordHeaders } from "./record-header.ts";
import { type Result, SLICE_COLUMNS, type Slice } from "./result.ts";
import { latencyOf } from "./result-latency.ts";

/** For how long the measured part of `durationS` was in a stage; a plan without stages is in one. */
export function stageDurationS({ load }: Plan, stage: number, durationS: number): number {
  const { fromS, untilS } = stageBounds({ load }, stage);
  return Math.max(0, Math.min(untilS, durationS) - fromS);
}

/** Seconds after the start of the measured part. */
function stageBounds({ load }: Pick<Plan, "load">, stage: number) {
  const lengths = (load.stages ?? []).map(({ duration }) => parseDurationNs(duration) / SECOND_NS);
  const sum = (some: readonly number[]) => some.reduce((total, length) => total + length, 0);
  const fromS = sum(lengths.slice(0, stage));
  return { fromS, untilS: fromS + (lengths[stage] ?? Number.POSITIVE_INFINITY) };
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

export function stagesOf({ plan, totals }: Folded, durationS: number): Result["stages"] {
  return (plan.load.stages ?? []).map((stage, index) => {
    const { fromPerS: from, toPerS: to } = stageRates(stage);
    const lastedS = stageDurationS(plan, index, durationS);
    return {
      ...sliceOf(totals.stages[index] ?? totals.phases.measured, lastedS),
      fromS: stageBounds(plan, index).fromS,
      durationS: lastedS,
      ratePerS: { from, to },
    };
  });
}

export function targetsOf({ plan, totals }: Folded, durationS: number): Result["targets"] {
  const names = targetNames(plan.targets);
  return plan.targets.map(({ url, method, weight }, index) => ({
    ...sliceOf(totals.targets[index] ?? totals.phases.measured, durationS),
    name: names[index],
    url,
    method,
    weight,
  }));
}

export function backendsOf({ totals }: Folded): Result["backends"] {
  return Object.fromEntries(
    Object.entries(totals.backends).map(([address, { completed, errors, failed, service }]) => [
      address,
      { completed, errors, failed, serviceMs: latencyOf(measuredOnly(service)) },
    ]),
  );
}

export function recordedOf({ plan, totals }: Folded): Result["recorded"] {
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
