/**
 * A Result → the JSON that fortio's pages and Meshery read. Its histogram is of all that came to an
 * end, as fortio's is: from due on, where the generator has measured that, else from the sending
 * on; `ResponseLabel`, which the pages show, says which.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { mergeHistograms, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { counted } from "../figures.ts";
import { labelTexts } from "../label-facts.ts";
import { planFacts } from "../plan-facts.ts";
import { histogramOf } from "../result-histograms.ts";
import { fortioHistogram } from "./fortio-buckets.ts";

/** What was answered as wanted, and what came to another end; all from due on. */
const FROM_DUE = { ok: ["response"], bad: ["errorResponse", "failedAge"] } as const;
type Source = (typeof FROM_DUE)[keyof typeof FROM_DUE][number] | "service";

const LABELS = {
  response: "Response time (from due)",
  service: "Service time (from sent)",
} as const;
const SECOND_NS = 1e9;
const MAX_ID_CHARACTERS = 96;

/** With the exact least, which the encoding does not keep. */
function exactly(result: ResultDocument, source: Source, inflate: Deflate): SparseHistogram[] {
  const histogram = histogramOf(result, source, inflate);
  if (histogram === null) return [];
  const least = source === "failedAge" ? null : result.latencyMs[source]?.min;
  return [least == null ? histogram : { ...histogram, min: Math.round(least * MILLISECOND_NS) }];
}

/** Where one column is all, what it states of itself is more exact than its slots. */
function statedIn(result: ResultDocument, filled: readonly Source[], count: number) {
  const [source] = filled;
  if (filled.length !== 1 || source === "failedAge") return undefined;
  const { mean, stddev, count: n } = result.latencyMs[source] ?? {};
  if (typeof mean !== "number" || typeof stddev !== "number" || n !== count) return undefined;
  return { meanNs: mean * MILLISECOND_NS, stddevNs: stddev * MILLISECOND_NS };
}

function merged(result: ResultDocument, sources: readonly Source[], inflate: Deflate) {
  const filled = sources.filter((source) => result.histograms[source] !== undefined);
  const histogram = mergeHistograms(filled.flatMap((one) => exactly(result, one, inflate)));
  return fortioHistogram({
    histogram,
    stated: statedIn(result, filled, histogram.count),
    isCoarse: result.generator.fidelity.kind === "buckets",
  });
}

/** Throws `bad-usage` for a result with percentiles and nothing between them. */
function refuseBarePercentiles({ histograms, generator }: ResultDocument): void {
  const { latencyKind, name, fidelity } = generator;
  if (fidelity.kind !== "percentiles" || histograms[latencyKind] !== undefined) return;
  throw new NightjarError(
    "bad-usage",
    `fortio: a histogram is wanted, and ${name} has told of percentiles alone`,
  );
}

function histogramsOf(result: ResultDocument, inflate: Deflate) {
  refuseBarePercentiles(result);
  // Which of them were errors nobody has told apart.
  if (result.generator.latencyKind === "service") {
    return { DurationHistogram: merged(result, ["service"], inflate) };
  }
  return {
    DurationHistogram: merged(result, [...FROM_DUE.ok, ...FROM_DUE.bad], inflate),
    ErrorsDurationHistogram: merged(result, FROM_DUE.bad, inflate),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function urlOf({ plan }: ResultDocument): string {
  const [first] = Array.isArray(plan.targets) ? plan.targets : [];
  const { url } = recordOf(first);
  return typeof url === "string" ? url : "";
}

/** `max`, or nine digits, as fortio writes it; nothing where the plan has no one rate. */
function rateOf(result: ResultDocument): string {
  const { rate } = recordOf(result.plan.load);
  if (planFacts(result).model === "closed" || rate === "max") return "max";
  return typeof rate === "number" ? String(Number(rate.toPrecision(9))) : "";
}

function failedOf({ accounting, populations }: ResultDocument): number {
  return accounting?.failed ?? populations.unanswered ?? 0;
}

/** −1 is fortio's code of what got no answer. */
function codesOf(result: ResultDocument): Record<string, number> {
  const failed = failedOf(result);
  return { ...result.statusCodes, ...(failed === 0 ? {} : { "-1": failed }) };
}

/** Date, time, and the name with `_` for every other sign, as fortio makes it. */
function idOf({ startedAt, name }: ResultDocument): string {
  const [date, time] = (startedAt ?? "").split("T");
  const stamp = time === undefined ? "" : `${date}-${time.slice(0, 8).replaceAll(":", "")}_`;
  return (stamp + name.replace(/[^A-Za-z0-9]+/g, "_")).slice(0, MAX_ID_CHARACTERS);
}

function labelsOf(result: ResultDocument): string {
  return [result.name, ...labelTexts(result)].join(" ");
}

function wantedOf(result: ResultDocument) {
  const { requests, duration, arrivals, connections } = planFacts(result);
  return {
    RequestedQPS: rateOf(result),
    RequestedDuration: requests === null ? duration : `exactly ${counted(requests, "call")}`,
    ...(connections === null ? {} : { NumThreads: connections }),
    Exactly: requests ?? 0,
    Jitter: arrivals === "jitter",
    Uniform: arrivals === "constant",
  };
}

/** What a bucket cannot hold, one sentence each. */
export function fortioNotes({ generator, accounting, populations }: ResultDocument): string[] {
  const missing = accounting && accounting.dropped + accounting.unsent + accounting.censored;
  const without = missing ?? 0;
  const notes = [`fortio: DurationHistogram is ${LABELS[generator.latencyKind].toLowerCase()}`];
  if (without > 0) {
    notes.push(`fortio: ${counted(without, "exchange")} without an end: in no bucket`);
  }
  if (generator.latencyKind === "service" && (populations.error ?? 0) > 0) {
    notes.push("fortio: errors have no histogram of their own");
  }
  return notes;
}

export function fortioOf(
  result: ResultDocument,
  { inflate }: { readonly inflate: Deflate },
): string {
  const histograms = histogramsOf(result, inflate);
  const { startedAt, durationS, bytes, connections, generator } = result;
  const known = <T>(key: string, value: T | null) => (value === null ? {} : { [key]: value });
  const document = {
    RunType: "HTTP",
    Labels: labelsOf(result),
    ...known("StartTime", startedAt),
    ...wantedOf(result),
    ActualQPS: durationS === 0 ? 0 : histograms.DurationHistogram.Count / durationS,
    ActualDuration: Math.round(durationS * SECOND_NS),
    Version: generator.version,
    ...histograms,
    RunID: 0,
    ID: idOf(result),
    RetCodes: codesOf(result),
    URL: urlOf(result),
    ...known("SocketCount", connections.opened),
    ...known("BytesSent", bytes.sent),
    ...known("BytesReceived", bytes.received),
    ResponseLabel: LABELS[generator.latencyKind],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
