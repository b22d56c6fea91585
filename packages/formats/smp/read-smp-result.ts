/**
 * A document → SmpResult. Two shapes are in the wild: the message, by classic keys or current ones,
 * and that of SMP's README, which is of no message.
 */
import { LIMIT } from "@nightjar/core/plan/plan-limits.ts";
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import { Place } from "../reading/place.ts";
import { readTimestamp } from "../reading/time-text.ts";
import { isSmpConfig, versionIn } from "./read-config.ts";
import { SMP_LIMIT } from "./smp-config.ts";
import {
  LATENCY_FIELDS,
  README_CLIENT_FIELDS,
  README_ENV_FIELDS,
  README_FIELDS,
  RESULT_FIELDS,
} from "./smp-fields.ts";
import {
  countOf,
  isMap,
  type Member,
  messageIn,
  numberOf,
  refuseMember,
  shownValue,
  textMapOf,
  textOf,
} from "./smp-reader.ts";
import { LATENCY_KEYS, type LatencyKey, type SmpResult } from "./smp-result.ts";

export interface ReadSmpResult {
  readonly result: SmpResult;
  /** Of Meshery's export, which has these texts instead of ids, and seconds for milliseconds. */
  readonly placeholders: readonly string[];
  /** Where latencies and labels stand in the document. */
  readonly latenciesAt: Path;
  readonly labelsAt: Path;
  /** What is not taken over. */
  readonly left: readonly string[];
}

/** What Meshery's export writes in place of a value. */
const PLACEHOLDERS: ReadonlySet<unknown> = new Set([
  "test_smp_version",
  "test_details",
  "test_test_id",
  "test_meshconfigID",
  "test_envID",
]);

/** Throws `PlanRefusal` with the path in the document. */
export function readSmpResult(document: unknown): ReadSmpResult {
  if (!isMap(document)) {
    return refuseMember([], `a map of keys is wanted, found ${shownValue(document)}`);
  }
  if (isSmpConfig(document)) {
    refuseMember([], "this is an SMP test configuration, not a result", "read it as smp");
  }
  const isReadme = ["exp_uuid", "endpoint_url", "client"].some((key) =>
    Object.hasOwn(document, key),
  );
  return isReadme ? readmeIn(document) : messageOf(document);
}

function messageOf(document: Readonly<Record<string, unknown>>): ReadSmpResult {
  const placeholders = Object.values(document).filter((value) => PLACEHOLDERS.has(value));
  const of = messageIn({ value: document, path: [] }, RESULT_FIELDS);
  const id = (key: string) => (PLACEHOLDERS.has(of(key).value) ? "" : textOf(of(key)));
  const version = of("smpVersion");
  const latencies = of("latenciesMs");
  return {
    result: {
      smpVersion: PLACEHOLDERS.has(version.value) ? "" : versionIn(version),
      id: textOf(of("id")),
      labels: textMapOf(of("labels")),
      ...timesIn(of("startTime"), of("endTime")),
      latencies: latenciesIn(latencies),
      actualQps: numberOf(of("actualQps"), SMP_LIMIT.qps),
      detailsUri: id("detailsUri"),
      testId: id("testId"),
      meshConfigId: id("meshConfigId"),
      envId: id("envId"),
    },
    placeholders: placeholders.map(String),
    latenciesAt: latencies.path,
    labelsAt: of("labels").path,
    left: [],
  };
}

function readmeIn(document: Readonly<Record<string, unknown>>): ReadSmpResult {
  const of = messageIn({ value: document, path: [] }, README_FIELDS);
  const client = messageIn(filled(of("client")), README_CLIENT_FIELDS);
  const env = messageIn(filled(of("env")), README_ENV_FIELDS);
  const latencies = client("latenciesMs");
  const facts = {
    "nightjar.url": textOf(of("endpointUrl")),
    "nightjar.connections": String(countOf(client("connections"), LIMIT.connections) || ""),
    kubernetes: textOf(env("kubernetes")),
  };
  const { value: metrics } = of("metrics");
  const isMetricsSaid = isMap(metrics) && Object.keys(metrics).length > 0;
  return {
    result: {
      smpVersion: "",
      id: textOf(of("expUuid")),
      labels: Object.fromEntries(Object.entries(facts).filter(([, text]) => text !== "")),
      ...timesIn(of("startTime"), of("endTime")),
      latencies: latenciesIn(latencies),
      actualQps: numberOf(client("rps"), SMP_LIMIT.qps),
      ...{ detailsUri: "", testId: "", meshConfigId: "", envId: "" },
    },
    placeholders: [],
    latenciesAt: latencies.path,
    labelsAt: [],
    left: isMetricsSaid ? ["metrics"] : [],
  };
}

function filled({ value, path }: Member): Member {
  return { value: value ?? {}, path };
}

function timesIn(start: Member, end: Member): Pick<SmpResult, "startTime" | "endTime"> {
  const [startTime, endTime] = [start, end].map(timeIn);
  const isSaid = startTime !== "" && endTime !== "";
  if (isSaid && nanosecondsAt(endTime) < nanosecondsAt(startTime)) {
    refuseMember(end.path, `it is before the start, ${startTime}, found ${endTime}`);
  }
  return { startTime, endTime };
}

function timeIn(member: Member): string {
  const text = textOf(member);
  try {
    if (text !== "") nanosecondsAt(text);
    return text;
  } catch {
    const what = `a time like "2026-03-14T09:26:53Z" is wanted, found ${shownValue(text)}`;
    return refuseMember(member.path, what);
  }
}

/** Since 1970, of a time by RFC 3339. */
export function nanosecondsAt(time: string): bigint {
  return readTimestamp(new Place(time, "SMP"));
}

/** 0 is what proto3 has for "not said", and no answer comes in no time. */
function latenciesIn(member: Member): SmpResult["latencies"] {
  if (member.value === undefined || member.value === null) return {};
  const of = messageIn(member, LATENCY_FIELDS);
  const said = LATENCY_KEYS.map(
    (key) => [key, numberOf(of(key), SMP_LIMIT.latencyMs)] as const,
  ).filter(([, value]) => value > 0);
  const latencies: SmpResult["latencies"] = Object.fromEntries(said);
  for (const order of ORDERS) {
    const inOrder = order.filter((key) => latencies[key] !== undefined);
    for (const [at, key] of inOrder.entries()) {
      if (at > 0) refuseDisorder(latencies, [inOrder[at - 1], key], of(key));
    }
  }
  return latencies;
}

/** From the shortest to the longest. */
const ORDERS: readonly (readonly LatencyKey[])[] = [
  ["min", "p50", "p90", "p99", "max"],
  ["min", "average", "max"],
];

function refuseDisorder(
  latencies: SmpResult["latencies"],
  [below, above]: readonly [LatencyKey, LatencyKey],
  { path }: Member,
): void {
  const [a = 0, b = 0] = [latencies[below], latencies[above]];
  if (a <= b * (1 + ROUNDING)) return;
  refuseMember(path, `it is at least ${below}, which is ${a}, found ${b}`);
}

/** A percentile from a histogram may stand a little above the exact maximum. */
const ROUNDING = 0.002;
