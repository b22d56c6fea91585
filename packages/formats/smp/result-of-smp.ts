/**
 * An SMP result → a Result. SMP knows three percentiles and one rate: what it does not say, and no
 * label of Nightjar does, is `null`, empty or lacks.
 */
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { LATENCY_MEANINGS, type LatencyMeaning } from "@nightjar/core/record/fidelity.ts";
import type { Latency } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import type { ConvertContext, Converted } from "../convert/content.ts";
import { foreignResult } from "../foreign/foreign-result.ts";
import { unsaidNotes } from "../foreign/unsaid-notes.ts";
import { timestampText } from "../reading/time-text.ts";
import { escapedLabels, pieces } from "./kept-labels.ts";
import { latencyUnitOf } from "./latency-unit.ts";
import { nanosecondsAt, type ReadSmpResult, readSmpResult } from "./read-smp-result.ts";
import {
  type Facts,
  factsIn,
  type ReadLabels,
  SAMPLES,
  samplesKey,
  UNLESS_LABELLED,
} from "./result-labels.ts";
import { smpColumn } from "./smp-column.ts";
import { SMP_LIMIT } from "./smp-config.ts";
import { meshTypeIn } from "./smp-mesh.ts";
import { refuseMember, shownValue } from "./smp-reader.ts";
import type { SmpResult } from "./smp-result.ts";

/** Throws `PlanRefusal` with the path in the document. */
export function resultOfSmp(document: unknown, context: ConvertContext): Converted<ResultDocument> {
  const read = readSmpResult(document);
  const { facts, labels } = factsIn(read.result.labels, read.labelsAt);
  const unit = latencyUnitOf(read, facts, context.latencyUnit);
  const durationS = durationOf(read, facts);
  const requests = facts.requests ?? Math.round(read.result.actualQps * durationS);
  const kind = kindOf(facts, read);
  const column = smpColumn(read.result.latencies, facts, {
    unit,
    count: facts.samples ?? requests,
  });
  const base = foreignResult(
    {
      ...identityOf(read, facts, document),
      ...{ durationS, completed: requests, achievedPerS: read.result.actualQps },
      ok: facts.ok ?? null,
      error: facts.errors ?? null,
      unanswered: facts.unanswered ?? null,
      latencyKind: kind,
      ...{ latencies: {}, statusCodes: {}, errors: {} },
      fidelity: { kind: "percentiles", relativeError: facts.fidelity_error ?? null },
      ...{ bytes: { sent: null, received: null }, opened: null },
      plan: planOf(facts),
      warnings: warningsOf(facts, unit),
      assumed: assumedOf(facts, { kind, column }),
    },
    context.deflate,
  );
  const value: ResultDocument = {
    ...base,
    id: read.result.id || base.id,
    labels: labelsOf(read, { facts, labels }),
    offered: offeredOf(facts, durationS),
    latencyMs: column === undefined ? {} : { [kind]: column },
  };
  const said = { ...value, source: sourceOf(value) };
  return { value: said, notes: notesOf(read, said) };
}

function identityOf({ result }: ReadSmpResult, facts: Facts, document: unknown) {
  return {
    format: "smp-result",
    tool: facts.generator ?? "unnamed tool",
    version: facts.generator_version ?? null,
    text: JSON.stringify(document),
    name: facts.name ?? "SMP result",
    startedAt: result.startTime === "" ? null : timestampText(nanosecondsAt(result.startTime)),
    workers: facts.workers ?? 0,
  };
}

/** Of the measured part, in seconds; from start to end where no label says it. */
function durationOf({ result, labelsAt }: ReadSmpResult, facts: Facts): number {
  const said = facts.duration_s;
  const durationS = said ?? secondsBetween(result);
  if (durationS <= SMP_LIMIT.durationS) return durationS;
  const path = said === undefined ? ["end_time"] : [...labelsAt, "nightjar.duration_s"];
  return refuseMember(path, `at most a year after the start, found ${durationS} s`);
}

function secondsBetween({ startTime, endTime }: SmpResult): number {
  if (startTime === "") return refuseMember(["start_time"], "a time is wanted, found nothing");
  if (endTime === "") return refuseMember(["end_time"], "a time is wanted, found nothing");
  return Number(nanosecondsAt(endTime) - nanosecondsAt(startTime)) / SECOND_NS;
}

/** Meshery's generators time an answer from the sending on. */
function kindOf({ latency_kind: said }: Facts, { labelsAt }: ReadSmpResult): LatencyMeaning {
  if (said === undefined) return "service";
  const found = LATENCY_MEANINGS.find((kind) => kind === said);
  const path = [...labelsAt, "nightjar.latency_kind"];
  const what = `${LATENCY_MEANINGS.join(" or ")} is wanted, found ${shownValue(said)}`;
  return found ?? refuseMember(path, what);
}

function planOf({ url, model, arrivals, connections, requested_qps: rate }: Facts) {
  const load = { model, arrivals, connections, rate };
  const said = Object.entries(load).filter(([, value]) => value !== undefined);
  return {
    ...(url === undefined ? {} : { targets: [{ url }] }),
    ...(said.length === 0 ? {} : { load: Object.fromEntries(said) }),
  };
}

function warningsOf({ latency_kind: kind, requests, verdict }: Facts, unit: string): string[] {
  return [
    ...(verdict === undefined ? [] : [`the verdict of the run that it is of was: ${verdict}`]),
    ...(kind === undefined
      ? ["the document does not say what its latency is: taken for service, from the sending on"]
      : []),
    ...(requests === undefined
      ? ["the document does not say how many were answered: its rate times its length"]
      : []),
    ...(unit === "s" ? ["latencies_ms were taken for seconds, as the user said"] : []),
  ];
}

function labelsOf({ result, labelsAt }: ReadSmpResult, { facts, labels }: ReadLabels) {
  const { smpVersion, testId } = result;
  const mesh = meshTypeIn({ value: facts.mesh, path: [...labelsAt, "nightjar.mesh"] });
  const ids: Readonly<Record<string, string>> = {
    details_uri: result.detailsUri,
    mesh_config_id: result.meshConfigId,
    env_id: result.envId,
    "smp.mesh": mesh,
    "smp.mesh.version": facts.mesh_version ?? "",
  };
  return {
    ...escapedLabels(labels),
    ...pieces("smp.version", smpVersion),
    ...pieces("smp.id", testId),
    ...Object.fromEntries(Object.entries(ids).filter(([, text]) => text !== "")),
  };
}

function offeredOf({ due }: Facts, durationS: number): ResultDocument["offered"] {
  if (due === undefined) return { requests: null, ratePerS: null };
  const perS = durationS === 0 ? 0 : Math.round((due / durationS) * 1000) / 1000;
  return { requests: due, ratePerS: perS };
}

interface Headline {
  readonly kind: LatencyMeaning;
  readonly column: Latency | undefined;
}

/** What only labels can say, and none does. */
function assumedOf(facts: Facts, { kind, column }: Headline): string[] {
  const untold = Object.entries(UNLESS_LABELLED).filter(([, label]) => facts[label] === undefined);
  return untold.flatMap(([key]) => {
    if (key === "generator.version") return [];
    if (key !== SAMPLES) return [key];
    return column === undefined ? [] : [samplesKey(kind)];
  });
}

/** What the document says after all. */
function sourceOf({ source, offered, latencyMs }: ResultDocument): ResultDocument["source"] {
  if (source === undefined) return undefined;
  const isSaid = (key: string) =>
    (key === "offered" && offered.requests !== null) ||
    Object.keys(latencyMs).some((name) => key === `latencyMs.${name}`);
  return { ...source, absent: source.absent.filter((key) => !isSaid(key)) };
}

function notesOf({ placeholders, left }: ReadSmpResult, result: ResultDocument): string[] {
  const texts = placeholders.map((text) => `"${text}"`).join(", ");
  return [
    ...(placeholders.length === 0 ? [] : [`${texts}: what Meshery writes for what it lacks`]),
    ...unsaidNotes(result),
    ...(left.length === 0 ? [] : [`left out: ${left.join(", ")}`]),
  ];
}
