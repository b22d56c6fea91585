/** Reads a run of wrk: what our script has written at its end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Histogram, type SparseHistogram, slotOf } from "@nightjar/core/record/histogram.ts";
import type { Tally } from "@nightjar/core/record/tally.ts";
import type { Job } from "../job.ts";
import { failureOfExit, untilOf } from "../run/ending.ts";
import { emitSummary, NO_SUMMARY, type Summary } from "../run/summary-book.ts";
import type { Conclusion, Reading, Scene, ToolEnd } from "../run/tool.ts";
import { LATENCY_FILE } from "./arguments.ts";
import { filledEveryUs, withoutFilledIn } from "./filled-in.ts";
import { parseWrkLatencies, type WrkLatencies } from "./latency-file.ts";
import { wrkNotes } from "./notes.ts";

export class WrkReading implements Reading {
  readonly beginNs: number;

  constructor(private readonly scene: Scene) {
    this.beginNs = scene.spawnedNs;
  }

  poll(): void {}

  conclude(end: ToolEnd): Conclusion {
    const { scene, beginNs } = this;
    const { job, process } = scene;
    const written = this.written();
    const wasGivenUp = end.wasKilled && end.stoppedNs !== undefined;
    const missing = wasGivenUp
      ? undefined
      : "wrk wrote no latencies: its script did not come to its end";
    const failure =
      failureOfExit("wrk", end, process) ?? (written === undefined ? missing : undefined);
    const lastedNs = (written?.durationUs ?? 0) * 1e3;
    const untilNs = lastedNs > 0 ? lastedNs : untilOf(end, beginNs, job);
    const measured = written && measuredOf(written, job);
    const time = { beginNs, untilNs, restIsUnsent: false };
    const intervals = emitSummary(measured?.summary ?? NO_SUMMARY, time, scene);
    const { summary = NO_SUMMARY, isFilledIn = false } = measured ?? {};
    const hasErrors = summary.errors > 0;
    const hasLate = summary.failures.timeout !== undefined;
    const notes = wrkNotes({ isFilledIn, hasErrors, hasLate });
    return { intervals, untilNs, failure, notes };
  }

  private written(): WrkLatencies | undefined {
    try {
      return parseWrkLatencies(readFileSync(join(this.scene.folder, LATENCY_FILE), "latin1"));
    } catch {
      return undefined;
    }
  }
}

interface Measured {
  readonly summary: Summary;
  /** Of an unknown version of wrk: what it has filled in could not be taken back. */
  readonly isFilledIn: boolean;
}

export function measuredOf(written: WrkLatencies, job: Job): Measured {
  const everyUs = filledEveryUs(written, job.connections);
  const taken = withoutFilledIn(written.counts, everyUs);
  const inTime = taken === undefined ? -1 : total(taken);
  const isFilledIn = inTime !== written.requests - written.timeouts;
  const counts = isFilledIn ? written.counts : (taken as Map<number, number>);
  return { summary: summaryOf(written, counts, job), isFilledIn };
}

/** An answer that took longer than the plan's timeout has failed, though wrk waited for it. */
function summaryOf(
  written: WrkLatencies,
  counts: ReadonlyMap<number, number>,
  { timeoutNs }: Job,
): Summary {
  const inTime = new Map([...counts].filter(([us]) => us * 1e3 <= timeoutNs));
  const late = total(counts) - total(inTime) + written.timeouts;
  const completed = Math.max(0, written.requests - late);
  const errors = Math.min(written.statusErrors, completed);
  return {
    ...{ statuses: {}, ok: completed - errors, errors },
    otherErrors: errors === 0 ? {} : { "status-4xx-5xx": kind(errors, "a status above 399") },
    failures: failuresOf(written, late),
    histograms: { service: histogramOf(inTime) },
    bytes: { sent: 0, received: written.bytes },
  };
}

function failuresOf(
  { connectErrors, readErrors, writeErrors }: WrkLatencies,
  late: number,
): Tally["errors"] {
  const rows = [
    ["timeout", late, "answered, but later than the timeout"],
    ["connect-failed", connectErrors, "wrk: a connect error"],
    ["closed-before-answer", readErrors, "wrk: a read error: reset, closed, or no HTTP"],
    ["reset", writeErrors, "wrk: a write error"],
  ] as const;
  const filled = rows.filter(([, times]) => times > 0);
  return Object.fromEntries(filled.map(([name, times, sample]) => [name, kind(times, sample)]));
}

function kind(count: number, sample: string) {
  return { count, sample, atNs: null };
}

function total(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const times of counts.values()) sum += times;
  return sum;
}

function histogramOf(counts: ReadonlyMap<number, number>): SparseHistogram {
  const all = new Histogram();
  for (const [us, count] of counts) {
    if (count === 0) continue;
    const value = us * 1e3;
    const sum = BigInt(value) * BigInt(count);
    all.add({
      ...{ slots: Uint16Array.of(slotOf(value)), counts: Float64Array.of(count), count },
      ...{ min: value, max: value, sum, sumSquares: sum * BigInt(value) },
    });
  }
  return all.sparse();
}
