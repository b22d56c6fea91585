/** What wrk2 has printed → what it came to, and what of it is not to be believed. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { type Fidelity, weakestFidelity } from "@nightjar/core/record/fidelity.ts";
import type { Tally } from "@nightjar/core/record/tally.ts";
import { parseWrk, type WrkRefusal, type WrkReport } from "@nightjar/formats/wrk/parse-wrk.ts";
import { wrkLatencies, wrkOutcome } from "@nightjar/formats/wrk/result-of-wrk.ts";
import { NO_SUMMARY, type Summary } from "../run/summary-book.ts";

export interface Wrk2Said {
  readonly summary: Summary;
  /** How long it sent; 0 where it does not say. */
  readonly runtimeNs: number;
  /** Why these are no numbers of the plan. */
  readonly failure?: string;
  readonly fidelity?: Fidelity;
  readonly notes: readonly string[];
}

const ALWAYS = [
  "wrk2: response is from due on, and has wrk2's own lateness of up to some milliseconds in it",
  "wrk2: service is from the sending on, without the opening of connections",
];

/** Never throws. */
export function wrk2Said(text: string): Wrk2Said {
  const said = read(text);
  if ("fault" in said) return { ...NOTHING, failure: said.fault };
  if (said.kind === "refused") return { ...NOTHING, failure: `wrk2: ${said.reason}` };
  const fidelity = fidelityOf(said);
  return {
    summary: summaryOf(said),
    runtimeNs: said.runtimeNs,
    ...failureOf(said),
    ...(fidelity === undefined ? {} : { fidelity }),
    notes: notesOf(said),
  };
}

const NOTHING: Wrk2Said = { summary: NO_SUMMARY, runtimeNs: 0, notes: [] };

function read(text: string): WrkReport | WrkRefusal | { readonly fault: string } {
  try {
    return parseWrk(text);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return { fault: error.message };
  }
}

function failureOf(report: WrkReport): Pick<Wrk2Said, "failure"> {
  switch (wrkOutcome(report)) {
    case "no-latency":
      return { failure: "wrk2 has recorded no latency: nothing was answered in time for it" };
    case "uncalibrated":
      return { failure: "wrk2 ended before it had calibrated, which takes more than ten seconds" };
    default:
      return {};
  }
}

function fidelityOf(report: WrkReport): Fidelity | undefined {
  return weakestFidelity(Object.values(wrkLatencies(report)).map(({ fidelity }) => fidelity));
}

function summaryOf(report: WrkReport): Summary {
  const { requests, statusErrors, bytesRead } = report;
  const { response, service } = wrkLatencies(report);
  return {
    ...{ statuses: {}, ok: requests - statusErrors, errors: statusErrors },
    otherErrors:
      statusErrors === 0
        ? {}
        : { "status-4xx-5xx": { count: statusErrors, sample: "a status above 399", atNs: null } },
    failures: failuresOf(report),
    histograms: {
      ...(response?.histogram ? { response: response.histogram } : {}),
      ...(service?.histogram ? { service: service.histogram } : {}),
    },
    bytes: { sent: 0, received: bytesRead },
  };
}

/** Its timeouts are connections that it found silent, the same ones again and again. */
function failuresOf({ socketErrors }: WrkReport): Tally["errors"] {
  const rows = [
    ["connect-failed", socketErrors.connect, "wrk2: a connect error"],
    ["closed-before-answer", socketErrors.read, "wrk2: a read error"],
    ["reset", socketErrors.write, "wrk2: a write error"],
  ] as const;
  return Object.fromEntries(
    rows
      .filter(([, count]) => count > 0)
      .map(([kind, count, sample]) => [kind, { count, sample, atNs: null }]),
  );
}

function notesOf(report: WrkReport): string[] {
  const { requests, socketErrors, statusErrors, remarks, calibrations } = report;
  const recorded = wrkLatencies(report).response?.count ?? 0;
  const notes = [...ALWAYS];
  if (calibrations.length > 0 && recorded > 0) {
    notes.push(
      `wrk2: latencies are of ${recorded} of ${requests} answers: from its tenth second on`,
    );
  }
  if (socketErrors.timeout > 0) {
    const times = socketErrors.timeout;
    notes.push(`wrk2: it found connections silent for too long ${times} times, and ended none`);
  }
  if (statusErrors > 0) notes.push("wrk2: its latencies are of answers of any status");
  return [...notes, ...remarks.map((remark) => `wrk2 says: ${remark}`)];
}
