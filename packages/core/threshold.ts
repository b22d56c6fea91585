/**
 * Threshold: a claim about the merged Result, judged after the run.
 *
 *     p99 < 50ms    p99.9(service) <= 1s    mean < 10ms    errors < 0.1%    achieved > 99%
 *     rate >= 990/s    status(5xx) == 0
 */
import { NightjarError } from "./errors.ts";
import { DURATION_PATTERN, parseDurationNs, parseRate, RATE_PATTERN } from "./quantity.ts";
import { nearest } from "./suggest.ts";

export const LATENCY_KINDS = [
  "wait",
  "connect",
  "lag",
  "service",
  "response",
  "firstByte",
] as const;
export type LatencyKind = (typeof LATENCY_KINDS)[number];

const OPERATORS = ["<", "<=", ">", ">=", "=="] as const;
export type Operator = (typeof OPERATORS)[number];

/** `limit` is in nanoseconds for latencies, a fraction for shares, per second for rates, a count for `status`. */
export interface Threshold {
  readonly expr: string;
  readonly metric: Metric;
  readonly operator: Operator;
  readonly limit: number;
}

export type Metric =
  | { readonly of: "percentile"; readonly percent: number; readonly kind: LatencyKind }
  | { readonly of: "mean" | "min" | "max" | "stddev"; readonly kind: LatencyKind }
  | { readonly of: "errors" | "achieved" }
  | { readonly of: "rate" }
  | { readonly of: "status"; readonly pattern: string; readonly unit: "count" | "share" };

const SHAPE = /^\s*([A-Za-z]+\d*(?:\.\d+)?)\s*(?:\(\s*([^)]*?)\s*\))?\s*(<=|>=|==|<|>)\s*(\S+)\s*$/;
const METRIC_NAMES = [
  "p50",
  "p90",
  "p99",
  "mean",
  "min",
  "max",
  "stddev",
  "errors",
  "achieved",
  "rate",
  "status",
];

class Reader {
  constructor(
    readonly text: string,
    readonly where: string,
  ) {}

  refuse(at: string, message: string, hint?: string): never {
    const column = at === "" ? 1 : Math.max(this.text.indexOf(at), 0) + 1;
    throw new NightjarError(
      "bad-plan",
      `${this.where}: "${this.text}", column ${column}: ${message}`,
      hint ?? "examples: p99 < 50ms, p99.9(service) <= 1s, errors < 0.1%, achieved > 99%",
    );
  }
}

function readKind(reader: Reader, argument: string | undefined): LatencyKind {
  if (argument === undefined) return "response";
  const kind = LATENCY_KINDS.find((known) => known === argument);
  if (kind) return kind;
  const near = nearest(argument, LATENCY_KINDS);
  reader.refuse(
    argument,
    `unknown latency "${argument}"${near ? ` (did you mean "${near}"?)` : ""}`,
    `allowed: ${LATENCY_KINDS.join(", ")}`,
  );
}

function readMetric(
  reader: Reader,
  name: string,
  argument: string | undefined,
  limit: string,
): Metric {
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(name);
  if (percentile) {
    const percent = Number(percentile[1]);
    if (percent <= 0 || percent >= 100) reader.refuse(name, "a percentile is between 0 and 100");
    return { of: "percentile", percent, kind: readKind(reader, argument) };
  }
  if (name === "mean" || name === "min" || name === "max" || name === "stddev") {
    return { of: name, kind: readKind(reader, argument) };
  }
  if (name === "status") return readStatus(reader, argument, limit);
  if (name !== "errors" && name !== "achieved" && name !== "rate") {
    const near = nearest(name, METRIC_NAMES);
    reader.refuse(name, `unknown metric "${name}"${near ? ` (did you mean "${near}"?)` : ""}`);
  }
  if (argument !== undefined) reader.refuse(argument, `${name} takes nothing in parentheses`);
  return { of: name };
}

function readStatus(reader: Reader, argument: string | undefined, limit: string): Metric {
  if (argument === undefined || !/^[1-5](xx|\d\d)$/.test(argument)) {
    reader.refuse(argument ?? "status", "status takes a code or a class, like 503 or 5xx");
  }
  return { of: "status", pattern: argument, unit: limit.endsWith("%") ? "share" : "count" };
}

function readShare(reader: Reader, text: string): number {
  if (!/^\d+(\.\d+)?%$/.test(text))
    reader.refuse(text, `a share in percent, like 0.1%, found "${text}"`);
  return Number(text.slice(0, -1)) / 100;
}

function readLimit(reader: Reader, metric: Metric, text: string): number {
  if (metric.of === "errors" || metric.of === "achieved") return readShare(reader, text);
  if (metric.of === "status") {
    if (metric.unit === "share") return readShare(reader, text);
    if (!/^\d+$/.test(text)) reader.refuse(text, `a count or a share, found "${text}"`);
    return Number(text);
  }
  if (metric.of === "rate") {
    if (!RATE_PATTERN.test(text) || text === "max")
      reader.refuse(text, `a rate, like 990/s, found "${text}"`);
    return parseRate(text) as number;
  }
  if (!DURATION_PATTERN.test(text)) reader.refuse(text, `a duration, like 50ms, found "${text}"`);
  return parseDurationNs(text);
}

/** Throws `bad-plan` with the column of the fault. */
export function parseThreshold(text: string, where = "threshold"): Threshold {
  const reader = new Reader(text, where);
  const shape = SHAPE.exec(text);
  if (!shape) return reader.refuse("", "not a threshold: METRIC OPERATOR LIMIT is the form");
  const [, name, argument, operator, limitText] = shape;
  const metric = readMetric(reader, name, argument, limitText);
  return {
    expr: text.trim(),
    metric,
    operator: operator as Operator,
    limit: readLimit(reader, metric, limitText),
  };
}

/** Whether `value operator limit` holds. */
export function holds(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "==":
      return value === limit;
  }
}
