/** A distribution → the numbers of a column. */
import {
  type Distribution,
  meanOf,
  percentileOf,
  quantityAtRank,
  sizeOf,
} from "../record/percentile.ts";
import { type Latency, PERCENTILES } from "./result.ts";
import { milliseconds, quantityMs } from "./result-quantity.ts";

export function latencyOf(distribution: Distribution): Latency {
  const n = sizeOf(distribution);
  const { exact } = distribution;
  return {
    count: n,
    min: exact.count === 0 ? null : milliseconds(exact.min),
    mean: quantityMs(meanOf(distribution, "mean")),
    stddev: quantityMs(meanOf(distribution, "stddev")),
    max: n === 0 ? null : quantityMs(quantityAtRank(distribution, n)),
    percentiles: Object.fromEntries(
      PERCENTILES.map((name) => [name, quantityMs(percentileOf(distribution, Number(name)))]),
    ),
  };
}
