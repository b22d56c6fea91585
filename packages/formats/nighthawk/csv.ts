/** Nighthawk's `csv`: the tables of `human` with commas. Not one rectangle, and names unquoted. */
import { PERCENTILE_DIGITS, TITLE } from "./human.ts";
import { fixed, general } from "./number-text.ts";
import {
  GLOBAL,
  type Output,
  type Percentile,
  type Statistic,
  type WorkerResult,
} from "./output-messages.ts";
import {
  durationWords,
  friendlyName,
  innerPercentiles,
  MOMENTS,
  microseconds,
  momentText,
  perSecond,
  pointText,
} from "./statistic-text.ts";

/** The microseconds of what is no duration are 0, as upstream has them. */
function percentileLine(point: Percentile): string {
  const percentile = general(point.percentile, PERCENTILE_DIGITS);
  const us = microseconds(point.duration ?? 0n);
  return `${percentile},${point.count},${us},${pointText(point, durationWords)}`;
}

function statisticLines(statistic: Statistic): string[] {
  const points = innerPercentiles(statistic).map(percentileLine);
  return [
    `${friendlyName(statistic.id)} (${statistic.count} samples)`,
    "Min,Mean,Max,Pstdev",
    MOMENTS.map((moment) => momentText(statistic, moment, durationWords)).join(","),
    ...(points.length === 0 ? [] : ["Percentile,Count,Value(microseconds),Value", ...points]),
    "",
  ];
}

function resultLines(result: WorkerResult): string[] {
  const sampled = result.statistics.filter(({ count }) => count > 0n);
  const counters = result.counters.map(({ name, value }) => {
    return `${name},${value},${fixed(perSecond(value, result), 2)}`;
  });
  return [...sampled.flatMap(statisticLines), "Counter,Value,Per second", ...counters, ""];
}

export function csv({ results }: Output): string {
  const whole = results.filter(({ name }) => name === GLOBAL);
  return [TITLE, "", ...whole.flatMap(resultLines)].map((line) => `${line}\n`).join("");
}
