/** One latency of another tool's document → the numbers of a column. */
import type { Fidelity } from "@nightjar/core/record/fidelity.ts";
import type { SparseHistogram } from "@nightjar/core/record/histogram.ts";
import { measuredOnly, percentileOf, samplesNeeded } from "@nightjar/core/record/percentile.ts";
import { type Latency, PERCENTILES, type ResultQuantity } from "@nightjar/core/result/result.ts";
import { milliseconds, quantityMs } from "@nightjar/core/result/result-quantity.ts";
import type { Moments } from "./edge-histogram.ts";
import { refuseOutside } from "./latency-range.ts";

export interface ForeignLatency extends Moments {
  readonly count: number;
  /** `null`: the document has percentiles and nothing between them. */
  readonly histogram: SparseHistogram | null;
  /** By name, where there is no histogram. */
  readonly percentilesNs: Readonly<Record<string, number>>;
  readonly fidelity: Fidelity;
}

function orNull(ns: number | null): number | null {
  return ns === null ? null : milliseconds(ns);
}

/** Too few samples are too few, whatever the tool prints. */
function percentilesOf({ count, histogram, percentilesNs }: ForeignLatency) {
  const entries = PERCENTILES.flatMap((name): [string, ResultQuantity][] => {
    if (histogram !== null) {
      return [[name, quantityMs(percentileOf(measuredOnly(histogram), Number(name)))]];
    }
    const ns = percentilesNs[name];
    if (ns === undefined) return [];
    return [[name, count < samplesNeeded(Number(name)) ? null : milliseconds(ns)]];
  });
  return Object.fromEntries(entries);
}

/** Throws `file` for what no latency can be. */
export function latencyColumn(latency: ForeignLatency): Latency {
  const { minNs, meanNs, stddevNs, maxNs, percentilesNs } = latency;
  refuseOutside([minNs, meanNs, stddevNs, maxNs, ...Object.values(percentilesNs)]);
  return {
    count: latency.count,
    min: orNull(latency.minNs),
    mean: orNull(latency.meanNs),
    stddev: orNull(latency.stddevNs),
    max: orNull(latency.maxNs),
    percentiles: percentilesOf(latency),
  };
}
