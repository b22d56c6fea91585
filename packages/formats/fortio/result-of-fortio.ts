/** fortio's result as a Result, with the error of its buckets. See docs/formats/fortio.md. */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { edgeHistogram } from "../foreign/edge-histogram.ts";
import type { ForeignLatency } from "../foreign/foreign-latency.ts";
import { foreignResult } from "../foreign/foreign-result.ts";
import type { FortioHistogram, FortioResult } from "./parse-fortio.ts";

const SECOND_NS = 1e9;

/** Answers that are no status of HTTP: those that fortio takes for good, and the others. */
const GOOD_WORDS = new Set(["OK", "SERVING"]);
const OTHER_WORDS = new Set(["NOT_SERVING", "UNKNOWN", "SERVICE_UNKNOWN"]);

/** A latency of fortio, by its buckets; without buckets it has what is stated beside them. */
export function fortioLatency(histogram: FortioHistogram): ForeignLatency {
  const ns = (seconds: number) => seconds * SECOND_NS;
  const { count } = histogram;
  const moments = {
    minNs: count === 0 ? null : ns(histogram.min),
    meanNs: count === 0 ? null : ns(histogram.avg),
    stddevNs: count === 0 ? null : ns(histogram.stdDev),
    maxNs: count === 0 ? null : ns(histogram.max),
  };
  const percentilesNs = Object.fromEntries(
    histogram.percentiles.map(({ percentile, value }) => [String(percentile), ns(value)]),
  );
  if (count > 0 && histogram.data.length === 0) {
    const fidelity = { kind: "percentiles", relativeError: null } as const;
    return { count, ...moments, histogram: null, percentilesNs, fidelity };
  }
  const buckets = histogram.data.map(({ start, end, count: n }) => {
    return { fromNs: ns(start), upToNs: ns(end), count: n };
  });
  return { count, ...moments, percentilesNs: {}, ...edgeHistogram(buckets, moments) };
}

export interface FortioCounts {
  /** By status of HTTP. */
  readonly statusCodes: Readonly<Record<string, number>>;
  readonly ok: number;
  /** Answered, and not ok. */
  readonly error: number;
  /** No answer came. */
  readonly failed: number;
  /** By kind: of answers that are not ok, and of those that did not come. */
  readonly errors: Readonly<Record<string, number>>;
}

type Fate = "ok" | "error" | "failed";

function fateOf(code: string): Fate {
  if (/^[1-3]\d\d$/.test(code) || GOOD_WORDS.has(code)) return "ok";
  return /^\d{3}$/.test(code) || OTHER_WORDS.has(code) ? "error" : "failed";
}

function kindOf(code: string): string {
  if (/^\d{3}$/.test(code)) return `status-${code}`;
  return code === "-1" ? "no-answer" : code;
}

/**
 * What became of the calls. A failed gRPC call with a method of one's own is counted twice by
 * fortio: no more have failed than there were calls. Nighthawk tells of 2xx alone: what else was
 * answered is an error of status unknown.
 */
export function fortioCounts({ retCodes, durations }: FortioResult): FortioCounts {
  const all = Object.entries(retCodes);
  const sum = (fate: Fate) =>
    all.reduce((total, [code, n]) => total + (fateOf(code) === fate ? n : 0), 0);
  const [ok, known] = [sum("ok"), sum("error")];
  const failed = Math.min(sum("failed"), Math.max(durations.count - ok - known, 0));
  const untold = Math.max(durations.count - ok - known - failed, 0);
  const bad = all.filter(([code]) => fateOf(code) !== "ok");
  return {
    statusCodes: Object.fromEntries(all.filter(([code]) => /^\d{3}$/.test(code))),
    ok,
    error: known + untold,
    failed,
    errors: {
      ...Object.fromEntries(bad.map(([code, n]) => [kindOf(code), n])),
      ...(untold === 0 ? {} : { "status-unknown": untold }),
    },
  };
}

function planOf(result: FortioResult): Record<string, unknown> {
  const { requestedQps, requestedDuration, numThreads, url } = result;
  const rate = /^[\d.e+]+$/.test(requestedQps) ? Number(requestedQps) : requestedQps;
  return {
    ...(url === "" ? {} : { targets: [{ url }] }),
    load: { ...(rate === "" ? {} : { rate }), connections: numThreads },
    ...(requestedDuration === "" ? {} : { duration: requestedDuration }),
  };
}

function warningsOf({ durations, requestedQps }: FortioResult, counts: FortioCounts): string[] {
  const warnings = [
    "service is from the call on: no wait of a call that could not begin in time is in it",
  ];
  if (counts.failed > 0) {
    warnings.push(
      `service is over all ${durations.count} calls: the ${counts.failed} that failed are in it, ` +
        "with the time that they took to fail",
    );
  }
  if (requestedQps === "max") warnings.push("as fast as its connections went: a closed loop");
  return warnings;
}

export interface ConvertedFrom {
  readonly text: string;
  readonly deflate: Deflate;
}

export function resultOfFortio(
  fortio: FortioResult,
  { text, deflate }: ConvertedFrom,
): ResultDocument {
  const counts = fortioCounts(fortio);
  const completed = counts.ok + counts.error;
  const durationS = fortio.actualDurationNs / SECOND_NS;
  const service = fortioLatency(fortio.durations);
  return foreignResult(
    {
      ...{ format: "fortio", tool: "fortio", version: fortio.version, text },
      ...{ name: fortio.labels, startedAt: fortio.startTime, durationS, workers: 1 },
      plan: planOf(fortio),
      completed,
      achievedPerS: durationS === 0 ? 0 : completed / durationS,
      ...{ ok: counts.ok, error: counts.error, unanswered: counts.failed },
      latencyKind: "service",
      latencies: { service },
      fidelity: service.fidelity,
      ...{ statusCodes: counts.statusCodes, errors: counts.errors },
      bytes: { sent: fortio.bytesSent, received: fortio.bytesReceived },
      opened: fortio.socketCount,
      warnings: warningsOf(fortio, counts),
      assumed: ["generator.workers"],
    },
    deflate,
  );
}
