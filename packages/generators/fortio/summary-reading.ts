/** Reads a run of fortio that does not log its calls: by its result, at the end and in buckets. */
import type { ConnectionCounts } from "@nightjar/core/record/snapshot.ts";
import {
  type EdgeCount,
  type EdgeHistogram,
  edgeHistogram,
} from "@nightjar/formats/foreign/edge-histogram.ts";
import type { FortioHistogram } from "@nightjar/formats/fortio/parse-fortio.ts";
import { failureOfExit, untilOf } from "../run/ending.ts";
import { emitSummary, NO_SUMMARY, type Summary } from "../run/summary-book.ts";
import type { Conclusion, Reading, Scene, ToolEnd } from "../run/tool.ts";
import { AFTER_ERRORS, FORTIO_NOTES } from "./notes.ts";
import { type FortioResult, readFortioResult } from "./result.ts";

const MIXED =
  "fortio: service is of 2xx answers and 418 alone: its buckets do not tell other answers from " +
  "failed calls";

export class FortioSummaryReading implements Reading {
  beginNs: number | undefined;

  constructor(private readonly scene: Scene) {
    scene.process.onErrorLine = (line) => this.see(line);
  }

  poll(): void {}

  /** It says so just before its first call. */
  private see(line: string): void {
    if (line.startsWith("Starting at ")) this.beginNs ??= this.scene.nowNs();
  }

  conclude(end: ToolEnd): Conclusion {
    const { job, process, spawnedNs } = this.scene;
    const beginNs = this.beginNs ?? spawnedNs;
    const read = readFortioResult(process.stdout.text);
    const fault = "fault" in read ? read.fault : undefined;
    const wasGivenUp = end.wasKilled && end.stoppedNs !== undefined;
    const exit = failureOfExit("fortio", end, process);
    const failure = exit ?? (wasGivenUp ? undefined : fault);
    const lastedNs = "fault" in read || !job.closed ? 0 : read.actualDurationNs;
    const untilNs = Math.max(untilOf(end, beginNs, job), lastedNs);
    const summary = "fault" in read ? NO_SUMMARY : fortioSummary(read, job.okStatus);
    const time = { beginNs, untilNs, restIsUnsent: fault === undefined && failure === undefined };
    const intervals = emitSummary(summary, time, this.scene);
    const notes = "fault" in read ? [read.fault] : notesOf(read);
    const fidelity = "fault" in read ? undefined : serviceOf(read).fidelity;
    return { intervals, untilNs, failure, fidelity, notes: [...FORTIO_NOTES, ...notes] };
  }
}

const isStatus = (code: string) => /^[1-5]\d\d$/.test(code);
/** What fortio itself calls ok, and does not count among its errors. */
const isGood = (code: string) => /^2\d\d$/.test(code) || code === "418";

function notesOf({ retCodes }: FortioResult): string[] {
  const codes = Object.keys(retCodes);
  const hasOthers = codes.some((code) => isStatus(code) && !isGood(code));
  const hasFailed = codes.some((code) => !isStatus(code));
  return [...(hasOthers ? [AFTER_ERRORS] : []), ...(hasOthers && hasFailed ? [MIXED] : [])];
}

export function fortioSummary(result: FortioResult, okStatus: Uint8Array): Summary {
  const entries = Object.entries(result.retCodes);
  const statuses = entries.filter(([code]) => isStatus(code));
  const failed = total(entries) - total(statuses);
  const ok = total(statuses.filter(([code]) => okStatus[Number(code)] === 1));
  const sample = "fortio says no more than -1";
  const connections = socketsOf(result, total(entries));
  return {
    ...{ statuses: Object.fromEntries(statuses), ok, errors: total(statuses) - ok },
    failures: failed === 0 ? {} : { protocol: { count: failed, sample, atNs: null } },
    histograms: { service: serviceOf(result).histogram },
    ...(connections === undefined ? {} : { connections }),
  };
}

/** `undefined`: it does not say. */
export function socketsOf(
  { socketCount }: FortioResult,
  calls: number,
): ConnectionCounts | undefined {
  if (socketCount === null) return undefined;
  const reused = Math.max(0, calls - socketCount);
  return { opened: socketCount, reused, closedByServer: 0, failed: 0, resumed: 0 };
}

/** Of answers: all calls, or without those that failed as far as they can be told apart. */
function serviceOf({ durations, errorDurations, retCodes }: FortioResult): EdgeHistogram {
  const hasFailed = Object.keys(retCodes).some((code) => !isStatus(code));
  if (hasFailed && errorDurations !== null) {
    const buckets = without(edgesOf(durations), edgesOf(errorDurations));
    const last = buckets.findLast(({ count }) => count > 0);
    const unknown = { minNs: null, meanNs: null, stddevNs: null };
    return edgeHistogram(buckets, { ...unknown, maxNs: last?.upToNs ?? null });
  }
  const { min, avg, stdDev, max } = durations;
  const moments = { minNs: ns(min), meanNs: ns(avg), stddevNs: ns(stdDev), maxNs: ns(max) };
  return edgeHistogram(edgesOf(durations), moments);
}

function edgesOf({ data }: FortioHistogram): EdgeCount[] {
  return data.map(({ start, end, count }) => ({ fromNs: ns(start), upToNs: ns(end), count }));
}

/** Both are cut at the same edges, but for the outermost, which are the extremes of each. */
function without(all: readonly EdgeCount[], taken: readonly EdgeCount[]): EdgeCount[] {
  return all.map((edge) => {
    const inside = taken.find(({ fromNs, upToNs }) => fromNs < edge.upToNs && upToNs > edge.fromNs);
    return { ...edge, count: Math.max(0, edge.count - (inside?.count ?? 0)) };
  });
}

function ns(seconds: number): number {
  return seconds * 1e9;
}

function total(entries: readonly (readonly [string, number])[]): number {
  return entries.reduce((sum, [, count]) => sum + count, 0);
}
