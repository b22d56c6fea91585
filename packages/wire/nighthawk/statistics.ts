/** The statistics of Nighthawk that one worker, or all of them, have: by id. */
import { recordedName } from "@nightjar/core/plan/record-header.ts";
import {
  EMPTY_HISTOGRAM,
  mergeHistograms,
  type SparseHistogram,
} from "@nightjar/core/record/histogram.ts";
import type { TallyHistogram } from "@nightjar/core/record/tally.ts";
import type { Statistic } from "../generated/nighthawk/client/output_pb.ts";
import type { Execution } from "./execution.ts";
import { sizeStatistic, timeStatistic } from "./statistic.ts";
import { measuredOf, type WorkerFacts, wholeOf } from "./worker-facts.ts";

const CLIENT = "benchmark_http_client";
const CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx", "xxx"] as const;

/** Of answers and exchanges in the measured part. */
const TIMES: Readonly<Record<string, TallyHistogram>> = {
  [`${CLIENT}.queue_to_connect`]: "queue",
  [`${CLIENT}.request_to_response`]: "service",
  ...Object.fromEntries(
    CLASSES.map((one) => [`${CLIENT}.latency_${one}`, `service:${one}` as const]),
  ),
  "sequencer.callback": "passage",
  "sequencer.blocking": "blocked",
};

/** The warm-up is in them, as upstream. */
const SIZES: Readonly<Record<string, TallyHistogram>> = {
  [`${CLIENT}.response_body_size`]: "bodyBytes",
  [`${CLIENT}.response_header_size`]: "headerBytes",
};

/**
 * Of one worker, or of several together; sorted by id. The open loop never refuses what is due: it
 * waits, which is in `queue_to_connect`, or is dropped, which is a counter.
 */
export function statisticsOf(
  workers: readonly WorkerFacts[],
  { options, plan }: Execution,
): Statistic[] {
  const merged = (of: (facts: WorkerFacts, name: TallyHistogram) => SparseHistogram) => {
    return (name: TallyHistogram) => mergeHistograms(workers.map((facts) => of(facts, name)));
  };
  const recorded = merged(measuredOf);
  const measured = (name: TallyHistogram) =>
    name === "blocked" && options.openLoop === true ? EMPTY_HISTOGRAM : recorded(name);
  const whole = merged(wholeOf);
  const [header] = plan.recordHeaders;
  const origin = header ? measured(`recorded:${recordedName(header)}`) : EMPTY_HISTOGRAM;
  return [
    ...Object.entries(TIMES).map(([id, name]) => timeStatistic(id, measured(name))),
    timeStatistic(`${CLIENT}.origin_latency_statistic`, origin),
    ...Object.entries(SIZES).map(([id, name]) => sizeStatistic(id, whole(name))),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
}
