/** Nighthawk's `prometheus`: the metrics of all workers by name, microseconds for durations. */
import { shortest } from "./number-text.ts";
import type { Output, Statistic, WorkerResult } from "./output-messages.ts";
import { microseconds, momentText, pointText, shownPercentiles } from "./statistic-text.ts";

const MOMENTS = ["min", "max", "mean", "pstdev"] as const;

const inMicroseconds = (ns: bigint) => String(microseconds(ns));

/** Lines by `NAME TYPE`, which they stand under in its order. */
type Metrics = Map<string, string[]>;

function add(metrics: Metrics, name: string, type: string, line: string): void {
  const group = `${name} ${type}`;
  const lines = metrics.get(group) ?? [];
  lines.push(line);
  metrics.set(group, lines);
}

/** Upstream turns dots alone, and a name with another sign makes its whole text unreadable. */
function metricName(id: string): string {
  return `nighthawk_${id.replace(/[^a-zA-Z0-9_:]/g, "_")}`;
}

function labelValue(text: string): string {
  return text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
}

/** Upstream multiplies the mean, which is cut to whole microseconds. */
function sumText(statistic: Statistic): string {
  const { mean, raw_mean: raw = 0, count } = statistic;
  const of = mean === undefined ? raw : Number(microseconds(mean));
  return shortest(of * Number(count));
}

function addStatistic(metrics: Metrics, scope: string, statistic: Statistic): void {
  const name = metricName(statistic.id);
  const gauge = (suffix: string, value: string) => {
    add(metrics, name + suffix, "counter", `${name}${suffix}{${scope}} ${value}`);
  };
  const summary = (suffix: string, labels: string, value: string) => {
    add(metrics, name, "summary", `${name}${suffix}{${labels}} ${value}`);
  };
  for (const moment of MOMENTS) gauge(`_${moment}`, momentText(statistic, moment, inMicroseconds));
  for (const point of shownPercentiles(statistic)) {
    const labels = `${scope},quantile="${shortest(point.percentile)}"`;
    summary("", labels, pointText(point, inMicroseconds));
  }
  const hasPoints = statistic.percentiles.length > 0;
  const total = (suffix: string, value: string) => {
    return hasPoints ? summary(suffix, scope, value) : gauge(suffix, value);
  };
  total("_count", String(statistic.count));
  total("_sum", sumText(statistic));
}

function addResult(metrics: Metrics, { name, statistics, counters }: WorkerResult): void {
  const scope = `scope="${labelValue(name)}"`;
  for (const statistic of statistics) {
    if (statistic.id !== "") addStatistic(metrics, scope, statistic);
  }
  for (const counter of counters) {
    const metric = metricName(counter.name);
    add(metrics, metric, "counter", `${metric}{${scope}} ${counter.value}`);
  }
}

export function prometheus({ results }: Output): string {
  const metrics: Metrics = new Map();
  for (const result of results) addResult(metrics, result);
  const groups = [...metrics].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups
    .flatMap(([group, lines]) => [`# TYPE ${group}`, ...lines])
    .map((line) => `${line}\n`)
    .join("");
}
