/** vegeta's report as a Result of ours. See docs/formats/vegeta.md. */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { edgeHistogram } from "../foreign/edge-histogram.ts";
import type { ForeignLatency } from "../foreign/foreign-latency.ts";
import { foreignResult } from "../foreign/foreign-result.ts";
import type { VegetaBucket, VegetaReport } from "./parse-vegeta.ts";

const SECOND_NS = 1e9;
const NO_ANSWER = "0";

/** Each ends where the next begins; what is longest is the end of the last that holds something. */
function edgesOf(buckets: readonly VegetaBucket[], minNs: number, maxNs: number) {
  return buckets.map(({ fromNs, count }, at) => ({
    fromNs: Math.max(fromNs, minNs),
    upToNs: Math.min(buckets[at + 1]?.fromNs ?? maxNs, maxNs),
    count,
  }));
}

/** Of all requests, whatever came of them, from the sending on. */
export function vegetaLatency({ latencies, buckets, requests }: VegetaReport): ForeignLatency {
  const { min, max, mean, percentiles } = latencies;
  const moments = { minNs: min, meanNs: mean, stddevNs: null, maxNs: max };
  const stated = { count: requests, ...moments };
  if (buckets === null) {
    const fidelity = { kind: "percentiles", relativeError: null } as const;
    return { ...stated, histogram: null, percentilesNs: percentiles, fidelity };
  }
  const edges = edgesOf(buckets, min, max);
  return { ...stated, percentilesNs: {}, ...edgeHistogram(edges, moments) };
}

export interface VegetaCounts {
  readonly statusCodes: Readonly<Record<string, number>>;
  readonly ok: number;
  /** Answered, and not ok. */
  readonly error: number;
  /** No answer came. */
  readonly failed: number;
  readonly errors: Readonly<Record<string, number>>;
}

export function vegetaCounts({ statusCodes }: VegetaReport): VegetaCounts {
  const answered = Object.entries(statusCodes).filter(([code]) => code !== NO_ANSWER);
  const sum = (of: readonly (readonly [string, number])[]) => of.reduce((all, [, n]) => all + n, 0);
  const bad = answered.filter(([code]) => !/^[1-3]\d\d$/.test(code));
  const failed = Object.hasOwn(statusCodes, NO_ANSWER) ? statusCodes[NO_ANSWER] : 0;
  return {
    statusCodes: Object.fromEntries(answered),
    ...{ ok: sum(answered) - sum(bad), error: sum(bad), failed },
    errors: {
      ...Object.fromEntries(bad.map(([code, n]) => [`status-${code}`, n])),
      ...(failed === 0 ? {} : { "no-answer": failed }),
    },
  };
}

function warningsOf({ buckets, requests, errors }: VegetaReport, { failed }: VegetaCounts) {
  const warnings = [
    "service is from the sending on: no wait of a request that was sent late is in it",
  ];
  if (failed > 0) {
    warnings.push(
      `service is over all ${requests} requests: the ${failed} that got no answer are in it, ` +
        "with the time that they took to fail",
    );
  }
  if (buckets === null) warnings.push("percentiles are estimates of a t-digest");
  return [...warnings, ...errors.map((error) => `vegeta says: ${error}`)];
}

export function resultOfVegeta(
  report: VegetaReport,
  { text, deflate }: { readonly text: string; readonly deflate: Deflate },
): ResultDocument {
  const counts = vegetaCounts(report);
  const completed = counts.ok + counts.error;
  const durationS = report.durationNs / SECOND_NS;
  const service = vegetaLatency(report);
  return foreignResult(
    {
      ...{ format: "vegeta", tool: "vegeta", version: null, text, name: "" },
      ...{ startedAt: report.earliest, durationS, workers: 1 },
      // Neither its rate nor its loop: `-rate 0` is a closed one.
      plan: {},
      completed,
      achievedPerS: durationS === 0 ? 0 : completed / durationS,
      ...{ ok: counts.ok, error: counts.error, unanswered: counts.failed },
      latencyKind: "service",
      latencies: report.requests === 0 ? {} : { service },
      fidelity: service.fidelity,
      ...{ statusCodes: counts.statusCodes, errors: counts.errors },
      bytes: { sent: report.bytesOut.total, received: report.bytesIn.total },
      opened: null,
      warnings: warningsOf(report, counts),
      assumed: ["generator.workers"],
    },
    deflate,
  );
}
