/**
 * CellRecorder: histograms and counters of the current interval for the exchanges of one cell: one
 * phase, stage and target. Flushed into a Tally at the end of each interval. Nothing is allocated
 * between two flushes, except for the first of each error.
 */
import type { Cell } from "@nightjar/core/record/cell.ts";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import {
  type DetailHistogram,
  type ErrorCount,
  NOTHING_OPEN,
  type Open,
  TALLY_HISTOGRAMS,
  type Tally,
  type TallyHistogram,
} from "@nightjar/core/record/tally.ts";
import type { BackendBook } from "./backend-book.ts";
import type { CheckFault } from "./check-fault.ts";

const STATUS_CODES = 1000;
const MAX_SAMPLE_LENGTH = 200;

type MutableErrorCount = { -readonly [K in keyof ErrorCount]: ErrorCount[K] };

export class CellRecorder {
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

  /** Those of an order with `details`. */
  private readonly details = new Map<DetailHistogram, Histogram>();
  /** In the order of the plan's `recordHeaders`. */
  private readonly values: readonly Histogram[];
  private readonly overheads: readonly Histogram[];
  private readonly statuses = new Float64Array(STATUS_CODES);
  private readonly statusesSeen: number[] = [];
  private readonly statusErrors = new Float64Array(STATUS_CODES);
  /** 0: none yet in this interval. */
  private readonly firstErrorNs = new Float64Array(STATUS_CODES);
  private readonly errorStatuses: number[] = [];
  private errorCounts = new Map<string, MutableErrorCount>();
  private openBefore: Open = NOTHING_OPEN;

  constructor(
    readonly place: Omit<Cell, "tally">,
    /** The backends of its phase. */
    readonly backends: BackendBook,
    private readonly recordNames: readonly string[] = [],
  ) {
    this.values = recordNames.map(() => new Histogram());
    this.overheads = recordNames.map(() => new Histogram());
  }

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

  /** Nothing has happened, and nothing stands open or did when the interval began. */
  get isQuiet(): boolean {
    const { openBefore } = this;
    const open = this.inFlight + this.backlog + openBefore.inFlight + openBefore.backlog;
    return open === 0 && this.isEmpty;
  }

  /** The numbers of one answer; NaN is none. */
  recordNumbers(numbersNs: Float64Array, serviceNs: number): void {
    for (let at = 0; at < numbersNs.length; at++) {
      const valueNs = numbersNs[at];
      if (Number.isNaN(valueNs)) continue;
      this.values[at].record(Math.round(valueNs));
      this.overheads[at].record(Math.round(serviceNs - valueNs));
    }
  }

  detail(name: DetailHistogram): Histogram {
    const known = this.details.get(name);
    if (known) return known;
    const fresh = new Histogram();
    this.details.set(name, fresh);
    return fresh;
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

  /** Its sentence is made for the first in an interval alone. */
  countFault(fault: CheckFault, atNs: number): void {
    const known = this.errorCounts.get(fault.kind);
    if (known) known.count++;
    else this.countError(fault.kind, fault.sentence(), atNs);
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
    for (const [at, name] of this.recordNames.entries()) {
      if (this.values[at].count === 0) continue;
      histograms[`recorded:${name}`] = flushed(this.values[at]);
      histograms[`overhead:${name}`] = flushed(this.overheads[at]);
    }
    for (const [name, histogram] of this.details) {
      if (histogram.count > 0) histograms[name] = flushed(histogram);
    }
    return histograms;
  }
}

export function flushed(histogram: Histogram) {
  const sparse = histogram.sparse();
  histogram.reset();
  return sparse;
}
