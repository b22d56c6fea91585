/**
 * What wrk and wrk2 print, as a Result: what it came to, and what of it is not to be believed. See
 * docs/formats/wrk.md.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import type { ForeignLatency } from "../foreign/foreign-latency.ts";
import { foreignResult } from "../foreign/foreign-result.ts";
import {
  SOCKET_ERRORS,
  type WrkDistribution,
  type WrkRefusal,
  type WrkReport,
} from "./parse-wrk.ts";
import { spectrumHistogram } from "./spectrum.ts";

const SECOND_NS = 1e9;

/**
 * `measured`; `uncalibrated`: wrk2 ended before its histograms began anew at about ten seconds, so
 * that the opening of connections is in them; `no-latency`: nothing was recorded, whatever was
 * answered before.
 */
export type WrkOutcome = "measured" | "uncalibrated" | "no-latency" | "refused";

function recordedNothing({ latency, distributions }: WrkReport): boolean {
  if (latency.avg === null) return true;
  return latency.max === 0 || distributions.some(({ spectrum }) => spectrum?.count === 0);
}

export function wrkOutcome(said: WrkReport | WrkRefusal): WrkOutcome {
  if (said.kind === "refused") return "refused";
  if (recordedNothing(said)) return "no-latency";
  if (said.tool === "wrk2" && said.calibrations.length === 0) return "uncalibrated";
  return "measured";
}

/** Of a spectrum; `null`: it has none, or it is of nothing. */
export function spectrumLatency({ spectrum }: WrkDistribution): ForeignLatency | null {
  if (spectrum === null || spectrum.count === 0) return null;
  const { count, meanNs, stddevNs, rows } = spectrum;
  const maxNs = rows[rows.length - 1].valueNs;
  const moments = { minNs: null, meanNs, stddevNs, maxNs };
  return { count, ...moments, percentilesNs: {}, ...spectrumHistogram(spectrum) };
}

/** wrk's own: three or four percentiles, and the moments of the line above them. */
function plainLatency({ latency, distributions, requests }: WrkReport): ForeignLatency {
  const percentiles = distributions.flatMap((one) => one.percentiles);
  return {
    count: requests,
    ...{ minNs: null, meanNs: latency.avg, stddevNs: latency.stdev, maxNs: latency.max },
    histogram: null,
    percentilesNs: Object.fromEntries(
      percentiles.flatMap(({ percent, ns }) => (ns === null ? [] : [[String(percent), ns]])),
    ),
    fidelity: { kind: "percentiles", relativeError: null },
  };
}

/** By column: from due on is `response`, from the sending on `service`. */
export function wrkLatencies(report: WrkReport): Record<string, ForeignLatency> {
  if (recordedNothing(report)) return {};
  if (report.tool === "wrk") return { service: plainLatency(report) };
  const columns = { corrected: "response", uncorrected: "service", plain: "response" } as const;
  return Object.fromEntries(
    report.distributions.flatMap((distribution) => {
      const latency = spectrumLatency(distribution);
      return latency === null ? [] : [[columns[distribution.kind], latency]];
    }),
  );
}

function errorsOf({ socketErrors, statusErrors }: WrkReport): Record<string, number> {
  const sockets = SOCKET_ERRORS.map((name) => [`socket-${name}`, socketErrors[name]] as const);
  const all = [...sockets, ["status-4xx-5xx", statusErrors] as const];
  return Object.fromEntries(all.filter(([, n]) => n > 0));
}

/** Of what wrk2 counted, latencies or none. */
function countsOfSecond({ threads, connections, socketErrors }: WrkReport): string[] {
  const opened = Math.floor(connections / threads) * threads;
  const warnings: string[] = [];
  if (opened < connections) {
    warnings.push(`wrk2 opens ${opened} of ${connections} connections with ${threads} threads`);
  }
  if (socketErrors.timeout > 0) {
    warnings.push("a timeout of wrk2 is a connection that was silent for long at one of its looks");
  }
  return warnings;
}

function latencyOfSecond(report: WrkReport): string[] {
  const { distributions, requests } = report;
  const spectrum = distributions[0]?.spectrum;
  const warnings = ["response has wrk2's own lateness of up to some milliseconds in it"];
  if (wrkOutcome(report) === "uncalibrated") {
    warnings.push("wrk2 ended before it had calibrated: its first seconds are in the latencies");
  } else if (spectrum != null) {
    const share = `${spectrum.count} of ${requests} answers`;
    warnings.push(`the latencies are of ${share}: those after wrk2's calibration of ten seconds`);
  }
  return warnings;
}

const LATENCY_OF_FIRST = [
  "wrk fills in latencies that it has not measured, for what a slow answer kept it from sending",
];

function latencyWarnings(report: WrkReport): string[] {
  if (wrkOutcome(report) === "no-latency") {
    return [`${report.tool} has recorded no latency: nothing was answered in time for it`];
  }
  const warnings = report.tool === "wrk" ? LATENCY_OF_FIRST : latencyOfSecond(report);
  const hasTable = Object.keys(wrkLatencies(report)).length > 0;
  const noTable = "no latency beside its mean: it was called without --latency";
  return hasTable ? warnings : [...warnings, noTable];
}

function warningsOf(report: WrkReport): string[] {
  return [
    ...latencyWarnings(report),
    ...(report.tool === "wrk" ? [] : countsOfSecond(report)),
    ...report.remarks.map((remark) => `${report.tool} says: ${remark}`),
  ];
}

/** Throws `file` where nothing was measured. */
export function resultOfWrk(
  said: WrkReport | WrkRefusal,
  { text, deflate }: { readonly text: string; readonly deflate: Deflate },
): ResultDocument {
  if (said.kind === "refused") {
    throw new NightjarError("file", `wrk has measured nothing: ${said.reason}`);
  }
  const { tool, url, duration, threads, connections, requests, statusErrors, runtimeNs } = said;
  return foreignResult(
    {
      ...{ format: "wrk", tool, version: null, text, name: "", startedAt: null },
      ...{ durationS: runtimeNs / SECOND_NS, workers: threads },
      plan: {
        targets: [{ url }],
        load: { model: tool === "wrk" ? "closed" : "open", connections },
        duration,
      },
      ...{ completed: requests, achievedPerS: said.requestsPerS },
      ...{ ok: requests - statusErrors, error: statusErrors, unanswered: null },
      latencyKind: tool === "wrk" ? "service" : "response",
      latencies: wrkLatencies(said),
      fidelity: { kind: "percentiles", relativeError: null },
      ...{ statusCodes: {}, errors: errorsOf(said) },
      bytes: { sent: null, received: said.bytesRead },
      opened: null,
      warnings: warningsOf(said),
      assumed: [],
    },
    deflate,
  );
}
