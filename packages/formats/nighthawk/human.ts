/** Nighthawk's `human`: the result over all workers, for a terminal. */
import { fixed, general } from "./number-text.ts";
import { GLOBAL, type Output, type Statistic, type WorkerResult } from "./output-messages.ts";
import {
  durationWords,
  friendlyName,
  innerPercentiles,
  MOMENTS,
  momentText,
  perSecond,
  pointText,
} from "./statistic-text.ts";

export const TITLE = "Nighthawk - A layer 7 protocol benchmarking tool.";
/** Digits of a percentile. */
export const PERCENTILE_DIGITS = 8;

/** The last cell is as long as it is, unless it has a width. */
function row(cells: readonly (readonly [string, number])[]): string {
  return cells.map(([cell, width]) => cell.padEnd(width)).join("");
}

function percentileRow(percentile: string, count: string, value: string): string {
  return `  ${row([
    [percentile, 12],
    [count, 12],
    [value, 15],
  ])}`;
}

function counterRow(name: string, value: string, rate: string): string {
  return row([
    [name, 40],
    [value, 12],
    [rate, 0],
  ]);
}

function statisticLines(statistic: Statistic): string[] {
  const moments = MOMENTS.map((name) => `${name}: ${momentText(statistic, name, durationWords)}`);
  const points = innerPercentiles(statistic).map((point) => {
    const percentile = general(point.percentile, PERCENTILE_DIGITS);
    return percentileRow(percentile, String(point.count), pointText(point, durationWords));
  });
  return [
    `${friendlyName(statistic.id)} (${statistic.count} samples)`,
    `  ${moments.join(" | ")}`,
    ...(points.length === 0 ? [] : ["", percentileRow("Percentile", "Count", "Value"), ...points]),
    "",
  ];
}

function resultLines(result: WorkerResult): string[] {
  const counters = result.counters.map(({ name, value }) => {
    return counterRow(name, String(value), fixed(perSecond(value, result), 2));
  });
  const sampled = result.statistics.filter(({ count }) => count > 0n);
  return [
    ...sampled.flatMap(statisticLines),
    counterRow("Counter", "Value", "Per second"),
    ...counters,
    "",
  ];
}

export function human({ results }: Output): string {
  const whole = results.filter(({ name }) => name === GLOBAL);
  return [TITLE, "", ...whole.flatMap(resultLines)].map((line) => `${line}\n`).join("");
}
