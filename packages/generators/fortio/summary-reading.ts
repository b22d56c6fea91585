/** Reads a run of fortio that does not log its calls: what its result says at the end, in buckets. */
import type { Fidelity } from "@nightjar/core/record/fidelity.ts";
import { type Bucket, histogramOfBuckets, relativeErrorOf } from "../run/bucket-histogram.ts";
import { failureOfExit, untilOf } from "../run/ending.ts";
import { emitSummary, type Summary } from "../run/summary-book.ts";
import type { Conclusion, Reading, Scene, ToolEnd } from "../run/tool.ts";
import { AFTER_ERRORS, FORTIO_NOTES } from "./notes.ts";
import { type FortioHistogram, type FortioResult, readFortioResult } from "./result-json.ts";

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
    const { scene } = this;
    const { job, process, spawnedNs } = scene;
    const beginNs = this.beginNs ?? spawnedNs;
    const read = readFortioResult(process.stdout.text);
    const fault = "fault" in read ? read.fault : undefined;
    const untilNs = untilOf(end, beginNs, job);
    const isKilled = end.wasKilled && end.stoppedNs !== undefined;
    const failure = failureOfExit("fortio", end, process) ?? (isKilled ? undefined : fault);
    const summary = "fault" in read ? NOTHING : summaryOf(read, job.okStatus);
    const time = { beginNs, untilNs, restIsUnsent: fault === undefined && failure === undefined };
    const intervals = emitSummary(summary, time, scene);
    if ("fault" in read)
      return { intervals, untilNs, failure, notes: [...FORTIO_NOTES, read.fault] };
    const { kind, notes } = serviceOf(read);
    const others = Object.keys(summary.statuses).some((code) => !isOk(code));
    return {
      ...{ intervals, untilNs, failure, fidelity: kind },
      notes: [...FORTIO_NOTES, ...notes, ...(others ? [AFTER_ERRORS] : [])],
    };
  }
}

const NOTHING: Summary = { statuses: {}, ok: 0, errors: 0, failures: {}, histograms: {} };

/** What fortio itself calls ok, and does not count among its errors. */
function isOk(code: string): boolean {
  return /^2\d\d$/.test(code) || code === "418";
}

export function summaryOf(result: FortioResult, okStatus: Uint8Array): Summary {
  const entries = Object.entries(result.codes);
  const statuses = entries.filter(([code]) => /^[1-5]\d\d$/.test(code));
  const failed = total(entries) - total(statuses);
  const ok = total(statuses.filter(([code]) => okStatus[Number(code)] === 1));
  const errors = total(statuses) - ok;
  const { sockets } = result;
  const sample = "fortio says no more than -1";
  return {
    ...{ statuses: Object.fromEntries(statuses), ok, errors },
    failures: failed === 0 ? {} : { protocol: { count: failed, sample, atNs: 0 } },
    histograms: { service: histogramOfBuckets(serviceOf(result).buckets, serviceOf(result).said) },
    ...(sockets === undefined
      ? {}
      : {
          connections: {
            ...{ opened: sockets, reused: Math.max(0, total(entries) - sockets) },
            ...{ closedByServer: 0, failed: 0, resumed: 0 },
          },
        }),
  };
}

interface Service {
  readonly buckets: readonly Bucket[];
  /** Of the program, where the buckets are all that it had. */
  readonly said?: FortioHistogram;
  readonly kind: Fidelity;
  readonly notes: readonly string[];
}

/** Of answers: all calls, or without those that failed as far as they can be told apart. */
function serviceOf({ durations, errorDurations, codes }: FortioResult): Service {
  const failed = Object.keys(codes).some((code) => !/^[1-5]\d\d$/.test(code));
  const others = Object.keys(codes).some((code) => /^[1-5]\d\d$/.test(code) && !isOk(code));
  const buckets = failed ? without(durations.buckets, errorDurations.buckets) : durations.buckets;
  const kind = { kind: "buckets", relativeError: relativeErrorOf(buckets) } as const;
  const notes = failed && others ? [MIXED] : [];
  return { buckets, kind, notes, ...(failed ? {} : { said: durations }) };
}

/** Buckets of the same table; their outermost edges are the extremes of what is in them. */
function without(all: readonly Bucket[], taken: readonly Bucket[]): Bucket[] {
  return all.map((bucket) => {
    const overlapping = taken.find(
      ({ lowerNs, upperNs }) => lowerNs < bucket.upperNs && upperNs > bucket.lowerNs,
    );
    return { ...bucket, count: Math.max(0, bucket.count - (overlapping?.count ?? 0)) };
  });
}

function total(entries: readonly (readonly [string, number])[]): number {
  return entries.reduce((sum, [, count]) => sum + count, 0);
}
