/** What one worker came to, as Nighthawk's results need it. */
import type { SparseHistogram } from "@nightjar/core/record/histogram.ts";
import { mergeHistograms } from "@nightjar/core/record/histogram.ts";
import type { TallyHistogram } from "@nightjar/core/record/tally.ts";
import type { Totals } from "@nightjar/core/record/totals.ts";

export interface WorkerFacts {
  readonly totals: Totals;
  /** Of the measured part. */
  readonly durationNs: number;
  /** When its measured part began, since 1970. */
  readonly startWallNs: bigint;
  /** A failure predicate has fired. */
  readonly failed: boolean;
  /** It was asked to stop. */
  readonly cancelled: boolean;
}

/** Of the measured part. */
export function measuredOf({ totals }: WorkerFacts, name: TallyHistogram): SparseHistogram {
  return totals.phases.measured.histogram(name);
}

/** The warm-up is in it. */
export function wholeOf({ totals }: WorkerFacts, name: TallyHistogram): SparseHistogram {
  const { warmup, measured } = totals.phases;
  return mergeHistograms([warmup.histogram(name), measured.histogram(name)]);
}
