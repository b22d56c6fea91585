/** CallCell: what is known of the calls of one phase in one interval; becomes a Tally. */
import { ageless, EMPTY_HISTOGRAM, Histogram } from "@nightjar/core/record/histogram.ts";
import type { Counts, ErrorCount, Open, Tally } from "@nightjar/core/record/tally.ts";
import { zeroCounts } from "@nightjar/core/record/tally.ts";
import type { Call } from "./call.ts";

const MAX_SAMPLE_LENGTH = 200;

export class CallCell {
  readonly counts: Counts = zeroCounts();
  private readonly statuses: Record<string, number> = {};
  private readonly errors: Record<string, ErrorCount> = {};
  /** Made when first needed: each is 270 KB. */
  private service: Histogram | undefined;
  private failedAge: Histogram | undefined;
  private openAge: Histogram | undefined;

  /** A call that came to its end in this interval. */
  end({ status, failure, latencyNs, startNs }: Call, isOk: boolean): void {
    const endNs = startNs + latencyNs;
    if (status === 0) {
      this.counts.failed++;
      this.failedAge ??= new Histogram();
      this.failedAge.record(Math.round(latencyNs));
      this.countError(failure?.kind ?? "protocol", failure?.sample ?? "", endNs);
      return;
    }
    this.counts.completed++;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.service ??= new Histogram();
    this.service.record(Math.round(latencyNs));
    if (isOk) this.counts.ok++;
    else {
      this.counts.errors++;
      this.countError(`status-${status}`, `answered with status ${status}`, endNs);
    }
  }

  private countError(kind: string, sample: string, endNs: number): void {
    const known = this.errors[kind];
    const atNs = Math.round(endNs);
    if (known !== undefined && (known.atNs ?? Number.POSITIVE_INFINITY) <= atNs)
      this.errors[kind] = { ...known, count: known.count + 1 };
    else {
      const count = (known?.count ?? 0) + 1;
      this.errors[kind] = { count, sample: sample.slice(0, MAX_SAMPLE_LENGTH), atNs };
    }
  }

  /** A call that was in flight, for so long, when this interval ended. */
  leaveOpen(ageNs: number): void {
    this.openAge ??= new Histogram();
    this.openAge.record(Math.round(ageNs));
  }

  /** `openBefore` and `open` as the counts have it. */
  tally(openBefore: Open, open: Open): Tally {
    const { counts } = this;
    const aged = this.openAge?.sparse() ?? EMPTY_HISTOGRAM;
    return {
      counts,
      statuses: this.statuses,
      errors: this.errors,
      histograms: {
        service: this.service?.sparse() ?? EMPTY_HISTOGRAM,
        failedAge: this.failedAge?.sparse() ?? EMPTY_HISTOGRAM,
        censoredAge: ageless(counts.censored),
        unsentAge: ageless(counts.unsent),
      },
      openBefore,
      open,
      openAges: {
        inFlight: aged.count === open.inFlight ? aged : ageless(open.inFlight),
        backlog: open.backlog === 0 ? EMPTY_HISTOGRAM : ageless(open.backlog),
      },
    };
  }
}
