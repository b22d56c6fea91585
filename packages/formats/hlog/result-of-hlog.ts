/**
 * A log of histograms as a Result: the intervals of a tag together are a column. Tags that are
 * columns of ours are those; a log with one tag, or none, is taken for the weaker of the two
 * meanings, `service`, since it does not say from when on it measures.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { HISTOGRAM_ERROR } from "@nightjar/core/record/fidelity.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { highestOf, lowestOf, mergeHistograms } from "@nightjar/core/record/histogram.ts";
import { LATENCY_COLUMNS, type LatencyColumn } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import type { ForeignLatency } from "../foreign/foreign-latency.ts";
import { foreignResult } from "../foreign/foreign-result.ts";
import { type Hlog, parseHlog, type ReadInterval } from "./parse-hlog.ts";

const MILLISECOND_NS = 1e6;
const FIDELITY = { kind: "histogram", relativeError: HISTOGRAM_ERROR } as const;
/** A maximum is stated to so much: three decimals of a millisecond. */
const MAX_STEP_MS = 0.001;

function refuse(what: string): never {
  throw new NightjarError("file", `histogram log: ${what}`);
}

/** Throws where the values are in another unit than the maximum of their line says. */
function checkUnit({ histogram, maxMs, startS }: ReadInterval): void {
  const last = histogram.slots[histogram.slots.length - 1];
  if (last === undefined) return;
  const [least, most] = [lowestOf(last), highestOf(last)].map((ns) => ns / MILLISECOND_NS);
  if (maxMs >= least - MAX_STEP_MS && maxMs <= most + MAX_STEP_MS) return;
  refuse(
    `nanoseconds are wanted, and those of the interval at ${startS} s are no such: ` +
      `its maximum is stated as ${maxMs} ms, and is ${most}`,
  );
}

function latencyOf(intervals: readonly ReadInterval[]): ForeignLatency {
  const histogram = mergeHistograms(intervals.map((one) => one.histogram));
  // The upper edge of its slot: the maximum that the line states has lost what is below 1 µs.
  const maxNs = histogram.count === 0 ? null : histogram.max;
  return {
    count: histogram.count,
    ...{ minNs: null, meanNs: null, stddevNs: null, maxNs },
    histogram,
    percentilesNs: {},
    fidelity: FIDELITY,
  };
}

function byTag({ intervals }: Hlog): Map<string, ReadInterval[]> {
  const tags = new Map<string, ReadInterval[]>();
  for (const interval of intervals) {
    checkUnit(interval);
    const tag = interval.tag ?? "";
    const sameTag = tags.get(tag);
    if (sameTag === undefined) tags.set(tag, [interval]);
    else sameTag.push(interval);
  }
  return tags;
}

interface Columns {
  readonly latencies: Partial<Record<LatencyColumn, ForeignLatency>>;
  readonly warnings: readonly string[];
  readonly assumed: readonly string[];
}

function columnsOf(tags: ReadonlyMap<string, readonly ReadInterval[]>): Columns {
  const known = LATENCY_COLUMNS.filter((name) => tags.has(name));
  const others = [...tags.keys()].filter((tag) => !known.includes(tag as LatencyColumn));
  const entries = known.map((name) => [name, latencyOf(tags.get(name)!)] as const);
  if (known.length > 0) {
    const warnings = others.map((tag) => `"${tag}" is no column, and was passed over`);
    return { latencies: Object.fromEntries(entries), warnings, assumed: [] };
  }
  const [only, ...more] = others;
  if (only === undefined) refuse("it has no interval");
  if (more.length > 0) {
    const said = others.map((tag) => (tag === "" ? "none" : tag)).join(", ");
    refuse(`one tag is wanted, or those of columns (${LATENCY_COLUMNS.join(", ")}), found ${said}`);
  }
  const warnings = ["the log does not say from when on it measures: taken for service"];
  const latencies = { service: latencyOf(tags.get(only)!) };
  return { latencies, warnings, assumed: ["generator.latencyKind"] };
}

/** From the begin of the first interval to the end of the last. */
function spanOf({ intervals }: Hlog): { readonly fromS: number; readonly lengthS: number } {
  let [fromS, toS] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startS, lengthS } of intervals) {
    fromS = Math.min(fromS, startS);
    toS = Math.max(toS, startS + lengthS);
  }
  return { fromS, lengthS: toS - fromS };
}

/** ISO 8601; `null`: it has no begin, or one that no calendar has. */
function startOf(log: Hlog, fromS: number): string | null {
  if (log.startTimeS === null && log.baseTimeS === 0) return null;
  const milliseconds = Math.round((log.baseTimeS + fromS) * 1000);
  const isDay = milliseconds >= 0 && milliseconds < 253_402_300_800_000;
  return isDay ? new Date(milliseconds).toISOString() : null;
}

/** Errors have a response of their own, and are in every other column. */
function answersIn(latencies: Columns["latencies"], kind: "service" | "response"): number {
  const errors = kind === "response" ? (latencies.errorResponse?.count ?? 0) : 0;
  return (latencies[kind]?.count ?? 0) + errors;
}

function unansweredNote(unanswered: number | null): string[] {
  if (!unanswered) return [];
  return [`${unanswered} exchanges got no answer: they are in none of its percentiles`];
}

export interface HlogContext {
  readonly deflate: Deflate;
  readonly inflate: Deflate;
}

/** Throws `file` for a log of other units, or of tags that say nothing. */
export function resultOfHlog(text: string, { deflate, inflate }: HlogContext): ResultDocument {
  const log = parseHlog(text, inflate);
  const { latencies, warnings, assumed } = columnsOf(byTag(log));
  const { fromS, lengthS: durationS } = spanOf(log);
  if (!Number.isFinite(durationS) || durationS < 0) refuse("its intervals have no length");
  const latencyKind = latencies.response === undefined ? "service" : "response";
  const completed = answersIn(latencies, latencyKind);
  const { unanswered } = log;
  return foreignResult(
    {
      ...{ format: "hlog", tool: "HdrHistogram log", version: log.version, text, name: "" },
      ...{ startedAt: startOf(log, fromS), durationS, workers: 1, plan: {} },
      ...{ completed, achievedPerS: durationS === 0 ? 0 : completed / durationS },
      ...{ ok: null, error: null, unanswered },
      ...{ latencyKind, latencies, fidelity: FIDELITY, statusCodes: {}, errors: {} },
      bytes: { sent: null, received: null },
      opened: null,
      warnings: [...warnings, ...unansweredNote(unanswered)],
      assumed: ["generator.workers", ...assumed],
    },
    deflate,
  );
}
