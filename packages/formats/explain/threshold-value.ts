/** What a threshold was judged by, in words: metric, value, population, distance. */
import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { LatencyKind, Metric, Threshold } from "@nightjar/core/plan/threshold.ts";
import { count, counted, milliseconds, percent, rate } from "../figures.ts";
import type { Part } from "./part.ts";
import { times } from "./statement.ts";

/** From here on a distance is told as a ratio. */
const RATIO = 2;

function latencyName(kind: string): string {
  const [what, name] = kind.split(/:(.*)/s);
  return name === undefined ? kind : `${what}(${name})`;
}

type LatencyMetric = Extract<Metric, { readonly kind: LatencyKind }>;

/** `p99 of response`, `the mean of service in stage 2`. */
export function metricName(metric: LatencyMetric, { suffix }: Part): string {
  const of = `of ${latencyName(metric.kind)}${suffix}`;
  if (metric.of === "percentile") return `p${metric.percent} ${of}`;
  return metric.of === "stddev" ? `the standard deviation ${of}` : `the ${metric.of} ${of}`;
}

export function isLatency(metric: Metric): metric is LatencyMetric {
  return "kind" in metric;
}

function isShare(metric: Metric): boolean {
  if (metric.of === "status") return metric.unit === "share";
  return metric.of === "errors" || metric.of === "achieved";
}

/** As the Result has it: milliseconds, fractions, per second, counts. */
function spelled(metric: Metric, value: number): string {
  if (isLatency(metric)) return `${milliseconds(value)} ms`;
  if (isShare(metric)) return percent(value);
  return metric.of === "rate" ? rate(value) : count(value);
}

/** In the unit of the Result's values. */
export function limitOf({ metric, limit }: Threshold): number {
  return isLatency(metric) ? limit / MILLISECOND_NS : limit;
}

/** `3.3 times the limit`, `12 % below the limit`; what lies on it is `the limit itself`. */
export function distance(threshold: Threshold, value: number): string {
  const limit = limitOf(threshold);
  if (value === limit) return "the limit itself";
  const side = value > limit ? "above" : "below";
  const { metric } = threshold;
  if (limit === 0 || threshold.operator === "==") {
    return `${spelled(metric, Math.abs(value - limit))} ${side} the limit`;
  }
  if (value >= limit * RATIO) return `${times(value / limit)} the limit`;
  if (isShare(metric)) {
    const points = Number((Math.abs(value - limit) * 100).toPrecision(2));
    return `${points} percentage ${points === 1 ? "point" : "points"} ${side} the limit`;
  }
  return `${percent(Math.abs(value - limit) / limit)} ${side} the limit`;
}

function populationNoun(kind: string): string {
  if (kind === "tcp" || kind === "tls") return "connection";
  return kind === "errorResponse" || kind.includes(":") ? "answer" : "exchange";
}

/** `p99 of response is 16.5 ms (over 9,908 exchanges)`. */
function latencySentence(metric: LatencyMetric, value: number, part: Part): string {
  const n = part.latency(metric.kind)?.count ?? 0;
  const over = counted(n, populationNoun(metric.kind));
  return `${metricName(metric, part)} is ${spelled(metric, value)} (over ${over})`;
}

/** What was found, with what it was found on. */
export function valueSentence(metric: Metric, value: number, part: Part): string {
  if (isLatency(metric)) return latencySentence(metric, value, part);
  const { suffix } = part;
  const text = spelled(metric, value);
  const sent = `${text} of ${counted(part.sent, "exchange")} sent${suffix}`;
  switch (metric.of) {
    case "errors":
      return `${sent} failed or were answered with an error`;
    case "achieved":
      return `${text} of ${counted(part.due, "exchange")} due${suffix} were answered`;
    case "rate":
      return `${text} were answered${suffix} (${count(part.completed)} in all)`;
    case "status":
      return metric.unit === "share"
        ? `${sent} were answered with status ${metric.pattern}`
        : `${text} of ${counted(part.completed, "answer")}${suffix} had status ${metric.pattern}`;
  }
}

/** `p99 of response is more than 800 ms`; of latencies alone. */
export function boundSentence(metric: Metric, bound: number, part: Part): string {
  const name = isLatency(metric) ? metricName(metric, part) : "it";
  return `${name} is more than ${spelled(metric, bound)}`;
}
