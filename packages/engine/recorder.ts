/**
 * Recorder: histograms and counters of the current interval, one set for the warm-up and one for
 * the measured part. Flushed into a Snapshot at the end of each interval. Nothing is allocated
 * between two flushes, except for the first of each error.
 */
import { Histogram } from "@nightjar/core/histogram.ts";
import type { Snapshot, Usage } from "@nightjar/core/snapshot.ts";
import {
  type ErrorCount,
  NOTHING_OPEN,
  type Open,
  TALLY_HISTOGRAMS,
  type Tally,
  type TallyHistogram,
} from "@nightjar/core/tally.ts";

const STATUS_CODES = 1000;
const MAX_SAMPLE_LENGTH = 200;

type MutableErrorCount = { -readonly [K in keyof ErrorCount]: ErrorCount[K] };

export class PhaseRecorder {
  readonly wait = new Histogram();
  readonly connect = new Histogram();
  readonly lag = new Histogram();
  readonly service = new Histogram();
  readonly response = new Histogram();
  readonly firstByte = new Histogram();
  readonly errorResponse = new Histogram();
  readonly failedAge = new Histogram();
  readonly censoredAge = new Histogram();
  readonly unsentAge = new Histogram();
  readonly tcp = new Histogram();
  readonly tls = new Histogram();
  readonly inFlightAge = new Histogram();
  readonly backlogAge = new Histogram();

  due = 0;
  sent = 0;
  dropped = 0;
  unsent = 0;
  completed = 0;
  failed = 0;
  censored = 0;
  ok = 0;
  errors = 0;
  /** Gauges: what is open now. */
  inFlight = 0;
  backlog = 0;

  private readonly statuses = new Float64Array(STATUS_CODES);
  private readonly statusesSeen: number[] = [];
  private readonly statusErrors = new Float64Array(STATUS_CODES);
  /** 0: none yet in this interval. */
  private readonly firstErrorNs = new Float64Array(STATUS_CODES);
  private readonly errorStatuses: number[] = [];
  private errorCounts = new Map<string, MutableErrorCount>();
  private openBefore: Open = NOTHING_OPEN;

  get isEmpty(): boolean {
    return (
      this.due +
        this.sent +
        this.dropped +
        this.unsent +
        this.completed +
        this.failed +
        this.censored ===
      0
    );
  }

  countStatus(status: number): void {
    if (this.statuses[status]++ === 0) this.statusesSeen.push(status);
  }

  /** An answer whose status is not ok; its kind is spelled once in an interval. */
  countStatusError(status: number, atNs: number): void {
    if (this.firstErrorNs[status] === 0) {
      this.firstErrorNs[status] = atNs;
      this.errorStatuses.push(status);
    }
    this.statusErrors[status]++;
  }

  countError(kind: string, sample: string, atNs: number): void {
    const known = this.errorCounts.get(kind);
    if (known) known.count++;
    else this.errorCounts.set(kind, { count: 1, sample: sample.slice(0, MAX_SAMPLE_LENGTH), atNs });
  }

  /**
   * The interval's tally; empties everything but the gauges. The caller has filled the two age
   * histograms.
   */
  flush(): Tally {
    const open = { inFlight: this.inFlight, backlog: this.backlog };
    const tally: Tally = {
      counts: this.flushCounts(),
      statuses: this.flushStatuses(),
      errors: this.flushErrors(),
      histograms: this.flushHistograms(),
      openBefore: this.openBefore,
      open,
      openAges: { inFlight: flushed(this.inFlightAge), backlog: flushed(this.backlogAge) },
    };
    this.openBefore = open;
    return tally;
  }

  private flushCounts(): Tally["counts"] {
    const { due, sent, dropped, unsent, completed, failed, censored, ok, errors } = this;
    this.due = this.sent = this.dropped = this.unsent = this.completed = 0;
    this.failed = this.censored = this.ok = this.errors = 0;
    return { due, sent, dropped, unsent, unknown: 0, completed, failed, censored, ok, errors };
  }

  private flushStatuses(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const status of this.statusesSeen) {
      counts[status] = this.statuses[status];
      this.statuses[status] = 0;
    }
    this.statusesSeen.length = 0;
    return counts;
  }

  private flushErrors(): Record<string, ErrorCount> {
    const errors: Record<string, ErrorCount> = Object.fromEntries(this.errorCounts);
    if (this.errorCounts.size > 0) this.errorCounts = new Map();
    for (const status of this.errorStatuses) {
      const sample = `answered with status ${status}`;
      const count = this.statusErrors[status];
      errors[`status-${status}`] = { count, sample, atNs: this.firstErrorNs[status] };
      this.statusErrors[status] = this.firstErrorNs[status] = 0;
    }
    this.errorStatuses.length = 0;
    return errors;
  }

  private flushHistograms(): Tally["histograms"] {
    const histograms: { -readonly [K in TallyHistogram]?: Tally["histograms"][K] } = {};
    for (const name of TALLY_HISTOGRAMS) {
      if (this[name].count > 0) histograms[name] = flushed(this[name]);
    }
    return histograms;
  }
}

function flushed(histogram: Histogram) {
  const sparse = histogram.sparse();
  histogram.reset();
  return sparse;
}

export class Recorder {
  readonly warmup = new PhaseRecorder();
  readonly measured = new PhaseRecorder();
  readonly turn = new Histogram();
  opened = 0;
  reused = 0;
  closedByServer = 0;
  connectionsFailed = 0;
  bytesSent = 0;
  bytesReceived = 0;
  private readonly backends = new Map<string, number>();

  /** Nothing has happened to any exchange in this interval. */
  get isEmpty(): boolean {
    return this.warmup.isEmpty && this.measured.isEmpty;
  }

  countBackend(address: string): void {
    this.backends.set(address, (this.backends.get(address) ?? 0) + 1);
  }

  flush(child: string, incarnation: number, interval: number, usage: Usage): Snapshot {
    const { opened, reused, closedByServer, connectionsFailed, bytesSent, bytesReceived } = this;
    this.opened = this.reused = this.closedByServer = this.connectionsFailed = 0;
    this.bytesSent = this.bytesReceived = 0;
    const backends: Record<string, number> = Object.fromEntries(this.backends);
    this.backends.clear();
    return {
      type: "snapshot",
      child,
      incarnation,
      interval,
      warmup: this.warmup.flush(),
      measured: this.measured.flush(),
      turn: flushed(this.turn),
      connections: { opened, reused, closedByServer, failed: connectionsFailed },
      bytes: { sent: bytesSent, received: bytesReceived },
      usage,
      backends,
      parts: { expected: 1, received: 1 },
    };
  }
}
