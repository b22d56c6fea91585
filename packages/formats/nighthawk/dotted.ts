/** Nighthawk's `dotted`: a line for each number of each worker, microseconds for durations. */
import { fixed } from "./number-text.ts";
import type { Output, Percentile, Statistic, WorkerResult } from "./output-messages.ts";
import { microseconds, momentText, pointText, shownPercentiles } from "./statistic-text.ts";

const MOMENTS = ["mean", "pstdev", "min", "max"] as const;

const inMicroseconds = (ns: bigint) => String(microseconds(ns));

function percentileLines(prefix: string, point: Percentile): string[] {
  const name = `${prefix}.permilles-${fixed(point.percentile * 1000, 0)}`;
  const unit = point.duration === undefined ? "value" : "microseconds";
  return [`${name}.count: ${point.count}`, `${name}.${unit}: ${pointText(point, inMicroseconds)}`];
}

function statisticLines(result: string, statistic: Statistic): string[] {
  const prefix = `${result}.${statistic.id}`;
  return [
    `${prefix}.samples: ${statistic.count}`,
    ...MOMENTS.map((name) => `${prefix}.${name}: ${momentText(statistic, name, inMicroseconds)}`),
    ...shownPercentiles(statistic).flatMap((point) => percentileLines(prefix, point)),
  ];
}

function resultLines({ name, statistics, counters }: WorkerResult): string[] {
  return [
    ...statistics.flatMap((statistic) => statisticLines(name, statistic)),
    ...counters.map((counter) => `${name}.${counter.name}:${counter.value}`),
  ];
}

export function dotted({ results }: Output): string {
  return results
    .flatMap(resultLines)
    .map((line) => `${line}\n`)
    .join("");
}
