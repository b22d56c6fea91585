/**
 * SummaryBook: what a program told at its end alone → snapshots. Nobody knows which second anything
 * belongs to: all of it stands in the last, and those before are empty.
 */
import { ageless, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import { emptySnapshot, INTERVAL_NS, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import {
  type ErrorCount,
  emptyTally,
  type Tally,
  zeroCounts,
} from "@nightjar/core/record/tally.ts";
import type { MeasuredColumn } from "@nightjar/core/run/capabilities.ts";
import type { Job } from "../job.ts";
import { Dues } from "./dues.ts";
import type { Scene } from "./tool.ts";

export interface Summary {
  /** Answered to the last byte, by status, or by its class; empty where it tells none. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly ok: number;
  readonly errors: number;
  /** Of the errors: kinds beside those that the statuses tell. */
  readonly otherErrors?: Tally["errors"];
  /** In flight when it ended. */
  readonly censored?: number;
  /** Due, and given up for want of room. */
  readonly dropped?: number;
  /** No answer will come, by kind. */
  readonly failures: Tally["errors"];
  readonly histograms: Readonly<Partial<Record<MeasuredColumn, SparseHistogram>>>;
  readonly bytes?: Snapshot["bytes"];
  readonly connections?: Snapshot["connections"];
}

/** Of a program that told nothing. */
export const NO_SUMMARY: Summary = {
  ...{ statuses: {}, ok: 0, errors: 0 },
  ...{ failures: {}, histograms: {} },
};

export interface SummaryTime {
  /** When load began, ns after T0. */
  readonly beginNs: number;
  /** Up to where exchanges became due, from then on. */
  readonly untilNs: number;
  /** Whether what was due and is in no count is known not to have been sent. */
  readonly restIsUnsent: boolean;
}

type Stage = Pick<Scene, "job" | "name" | "emit" | "takeUsage">;

/** How many snapshots it was. */
export function emitSummary(summary: Summary, time: SummaryTime, stage: Stage): number {
  const { bytes, connections } = summary;
  return emitTally(tallyOf(summary, time, stage.job), { bytes, connections }, time, stage);
}

/** A tally of the whole of the measured part. */
export function emitTally(
  tally: Tally,
  { bytes, connections }: Pick<Summary, "bytes" | "connections">,
  time: Pick<SummaryTime, "beginNs" | "untilNs">,
  { job, name, emit, takeUsage }: Stage,
): number {
  const endNs = time.beginNs + Math.max(time.untilNs, 1);
  const last = Math.max(job.from, Math.ceil(endNs / INTERVAL_NS) - 1);
  const parts = { expected: 1, received: 1 };
  for (let interval = job.from; interval < last; interval++) {
    emit({ ...emptySnapshot({ ...name, interval }), parts });
  }
  emit({
    ...emptySnapshot({ ...name, interval: last }),
    cells: [{ phase: "measured", stage: 0, target: 0, tally }],
    ...(bytes === undefined ? {} : { bytes }),
    ...(connections === undefined ? {} : { connections }),
    usage: takeUsage(),
    parts,
  });
  return last - job.from + 1;
}

function tallyOf(summary: Summary, { untilNs, restIsUnsent }: SummaryTime, job: Job): Tally {
  const { ok, errors, failures, otherErrors, statuses, histograms } = summary;
  const { censored = 0, dropped = 0 } = summary;
  const failed = sum(Object.values(failures).map(({ count }) => count));
  const completed = ok + errors;
  const sent = completed + failed + censored;
  const due = Math.max(sent + dropped, new Dues(job).before("measured", untilNs) ?? 0);
  const left = due - sent - dropped;
  const rest = restIsUnsent ? { unsent: left } : { unknown: left };
  const counts = {
    ...zeroCounts(),
    ...{ due, sent, dropped, completed, failed, censored, ok, errors },
    ...rest,
  };
  return {
    ...emptyTally(),
    counts,
    statuses,
    errors: { ...failures, ...otherErrors, ...statusErrors(statuses, job.okStatus) },
    histograms: {
      ...histograms,
      failedAge: ageless(failed),
      censoredAge: ageless(censored),
      unsentAge: ageless(counts.unsent),
    },
  };
}

function statusErrors(
  statuses: Summary["statuses"],
  okStatus: Uint8Array,
): Record<string, ErrorCount> {
  const others = Object.entries(statuses).filter(
    ([status]) => /^\d+$/.test(status) && okStatus[Number(status)] !== 1,
  );
  return Object.fromEntries(
    others.map(([status, count]) => {
      const sample = `answered with status ${status}`;
      return [`status-${status}`, { count, sample, atNs: null }];
    }),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
