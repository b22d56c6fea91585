/**
 * A Result → an SMP result, with real ids and real milliseconds. What is not known is left out:
 * neither a percentile of too few samples nor a bound is a number.
 */

import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Latency, ResultQuantity } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { planFacts } from "../plan-facts.ts";
import { timestampText } from "../reading/time-text.ts";
import { type Kept, keptIn, partKept } from "./kept-labels.ts";
import { nanosecondsAt } from "./read-smp-result.ts";
import { factLabels, SAMPLES, samplesKey, UNLESS_LABELLED, userLabels } from "./result-labels.ts";
import { SMP_VERSION } from "./smp-config.ts";
import type { LatencyKey, SmpResult } from "./smp-result.ts";

/** Fields of SMP that a plan of ours may say by labels of their names. */
export const ID_LABELS = {
  details_uri: "detailsUri",
  mesh_config_id: "meshConfigId",
  env_id: "envId",
} as const;

/** Throws `PlanRefusal` for a mesh that nobody knows. */
export function smpResultOf(result: ResultDocument): SmpResult {
  const { kept: reserved, others } = partKept(result.labels);
  const kept = keptIn(reserved);
  const { details_uri = "", mesh_config_id = "", env_id = "", ...labels } = others;
  const headline = result.latencyMs[result.generator.latencyKind];
  return {
    smpVersion: kept.smpVersion || SMP_VERSION,
    id: result.id,
    labels: {
      ...userLabels({ ...labels, ...kept.labels }),
      ...factLabels({
        ...withoutAssumed({ ...runFacts(result), ...latencyFacts(headline) }, result),
        ...meshFacts(kept),
      }),
    },
    ...timesOf(result),
    latencies: latenciesOf(headline),
    actualQps: result.achieved.ratePerS,
    detailsUri: details_uri,
    testId: kept.id,
    meshConfigId: mesh_config_id,
    envId: env_id,
  };
}

/** The measured part: `actual_qps` counts what was answered in it. */
function timesOf(result: ResultDocument): Pick<SmpResult, "startTime" | "endTime"> {
  const { startedAt, durationS } = result;
  if (startedAt === null) return { startTime: "", endTime: "" };
  const nanoseconds = (seconds: number) => BigInt(Math.round(seconds * SECOND_NS));
  const startNs = nanosecondsAt(startedAt) + nanoseconds(planFacts(result).warmupS);
  const endNs = startNs + nanoseconds(durationS);
  return { startTime: timestampText(startNs), endTime: timestampText(endNs) };
}

function runFacts(result: ResultDocument) {
  const { generator, plan, achieved, offered, populations, durationS, verdict, source } = result;
  const { model, arrivals, connections } = planFacts(result);
  const { load = {}, targets = [] } = plan as {
    readonly load?: { readonly rate?: unknown };
    readonly targets?: readonly { readonly url?: unknown }[];
  };
  const [url] = targets.map((target) => target.url);
  return {
    name: result.name,
    generator: generator.name,
    generator_version: generator.version,
    workers: generator.workers,
    latency_unit: "ms",
    latency_kind: generator.latencyKind,
    fidelity: generator.fidelity.kind,
    fidelity_error: generator.fidelity.relativeError,
    url: typeof url === "string" ? url : "",
    targets: targets.length > 1 ? targets.length : undefined,
    model,
    arrivals: model === "open" ? arrivals : "",
    connections,
    requested_qps: typeof load.rate === "number" ? load.rate : undefined,
    duration_s: durationS,
    due: offered.requests,
    requests: achieved.requests,
    ok: populations.ok,
    errors: populations.error,
    unanswered: populations.unanswered,
    // Of a document of others there is none.
    verdict: source === undefined ? verdict.outcome : undefined,
  };
}

/** What a document did not say that the Result was converted from is said by no label either. */
function withoutAssumed<T extends object>(
  facts: T,
  { source, generator }: ResultDocument,
): Partial<T> {
  const assumed = Object.entries(UNLESS_LABELLED).flatMap(([key, label]) => {
    const stated = key === SAMPLES ? samplesKey(generator.latencyKind) : key;
    return source?.assumed.includes(stated) === true ? [label as string] : [];
  });
  return Object.fromEntries(
    Object.entries(facts).filter(([label]) => !assumed.includes(label)),
  ) as Partial<T>;
}

function meshFacts({ mesh }: Kept) {
  return { mesh: mesh.type, mesh_version: mesh.version };
}

const FIELD_PERCENTILES = ["50", "90", "99"] as const;
const OTHER_PERCENTILES = ["75", "95", "99.9", "99.99"] as const;

function latenciesOf(latency: Latency | undefined): SmpResult["latencies"] {
  if (latency === undefined) return {};
  const { min, mean, max, percentiles } = latency;
  const all: readonly (readonly [LatencyKey, ResultQuantity | undefined])[] = [
    ["min", min],
    ["average", mean],
    ...FIELD_PERCENTILES.map((name) => [`p${name}`, percentiles[name]] as const),
    ["max", max],
  ];
  return Object.fromEntries(all.filter(([, quantity]) => typeof quantity === "number"));
}

/** What SMP has no field for, and what is known to be longer than so much. */
function latencyFacts(latency: Latency | undefined): Readonly<Record<string, number>> {
  if (latency === undefined) return {};
  const { mean, stddev, max, percentiles } = latency;
  const facts: [string, number][] = [["samples", latency.count]];
  if (typeof stddev === "number") facts.push(["stddev_ms", stddev]);
  for (const name of OTHER_PERCENTILES) {
    const quantity = percentiles[name];
    if (typeof quantity === "number") facts.push([`p${name}_ms`, quantity]);
  }
  const ofPercentiles = [...FIELD_PERCENTILES, ...OTHER_PERCENTILES].map(
    (name) => [`p${name}`, percentiles[name]] as const,
  );
  for (const [name, quantity] of [["average", mean], ["max", max], ...ofPercentiles] as const) {
    if (typeof quantity !== "object" || quantity === null) continue;
    facts.push([`${name}_at_least_ms`, quantity.atLeast]);
  }
  return Object.fromEntries(facts);
}
