/** Statistic: a histogram of ours as Nighthawk tells it. */
import { create } from "@bufbuild/protobuf";
import { moments, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import { type Statistic, StatisticSchema } from "../generated/nighthawk/client/output_pb.ts";
import { percentilePoints } from "./percentile-points.ts";
import { durationOf } from "./wire-time.ts";

/** Of nanoseconds. Minimum, maximum, mean and deviation are exact. */
export function timeStatistic(id: string, h: SparseHistogram): Statistic {
  const { mean, stddev } = moments(h) ?? { mean: 0, stddev: 0 };
  return create(StatisticSchema, {
    id,
    count: BigInt(h.count),
    meanType: { case: "mean", value: durationOf(mean) },
    pstdevType: { case: "pstdev", value: durationOf(stddev) },
    minType: { case: "min", value: durationOf(h.min) },
    maxType: { case: "max", value: durationOf(h.max) },
    percentiles: percentilePoints(h).map(({ percentile, value, count }) => ({
      durationType: { case: "duration" as const, value: durationOf(value) },
      percentile,
      count: BigInt(count),
    })),
  });
}

/** Of bytes: raw numbers, and like upstream's no percentiles. */
export function sizeStatistic(id: string, h: SparseHistogram): Statistic {
  const { mean, stddev } = moments(h) ?? { mean: 0, stddev: 0 };
  return create(StatisticSchema, {
    id,
    count: BigInt(h.count),
    meanType: { case: "rawMean", value: mean },
    pstdevType: { case: "rawPstdev", value: stddev },
    minType: { case: "rawMin", value: BigInt(h.min) },
    maxType: { case: "rawMax", value: BigInt(h.max) },
  });
}
