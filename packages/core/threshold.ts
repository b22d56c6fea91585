/**
 * Threshold: a claim about the merged Result, judged after the run.
 *
 *     p99 < 50ms    p99.9(service) <= 1s    mean < 10ms    errors < 0.1%    achieved > 99%
 *     rate >= 990/s    status(5xx) == 0
 */
import { NightjarError } from "./errors.ts";
import { DURATION_PATTERN, parseDurationNs, parseRate, RATE_PATTERN } from "./quantity.ts";
import { didYouMean } from "./suggest.ts";

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

/**
 * `limit` is in nanoseconds for latencies, a fraction for shares, per second for rates, a count for
 * `status`.
 */
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

const SHAPE =
  /^\s*([A-Za-z]+\d*(?:\.\d+)?)\s*(?:\(\s*([^)]*?)\s*\))?\s*(<=|>=|==|<|>)\s*(\S+)\s*$/d;
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

type Part = "name" | "argument" | "limit";

/** The parts of a threshold, and where they stand. */
class Reader {
  readonly name: string;
  readonly argument: string | undefined;
  readonly operator: Operator;
  readonly limit: string;
  private readonly columns: Record<Part, number>;

  constructor(
    private readonly text: string,
    private readonly where: string,
  ) {
    this.columns = { name: 1, argument: 1, limit: 1 };
    const shape = SHAPE.exec(text);
    if (!shape) this.refuse("name", "not a threshold: METRIC OPERATOR LIMIT is the form");
    const [, name, argument, operator, limit] = shape;
    this.name = name;
    this.argument = argument;
    this.operator = operator as Operator;
    this.limit = limit;
    const column = (group: number) => (shape.indices?.[group]?.[0] ?? 0) + 1;
    this.columns = { name: column(1), argument: column(2), limit: column(4) };
  }

  refuse(part: Part, message: string, hint?: string): never {
    throw new NightjarError(
      "bad-plan",
      `${this.where}: "${this.text}", column ${this.columns[part]}: ${message}`,
      hint ?? "examples: p99 < 50ms, p99.9(service) <= 1s, errors < 0.1%, achieved > 99%",
    );
  }
}

function readKind(reader: Reader): LatencyKind {
  const { argument } = reader;
  if (argument === undefined) return "response";
  const kind = LATENCY_KINDS.find((known) => known === argument);
  if (kind) return kind;
  reader.refuse(
    "argument",
    `unknown latency "${argument}"${didYouMean(argument, LATENCY_KINDS)}`,
    `allowed: ${LATENCY_KINDS.join(", ")}`,
  );
}

function readMetric(reader: Reader): Metric {
  const { name } = reader;
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(name);
  if (percentile) {
    const percent = Number(percentile[1]);
    if (percent <= 0 || percent >= 100) reader.refuse("name", "a percentile is between 0 and 100");
    return { of: "percentile", percent, kind: readKind(reader) };
  }
  if (name === "mean" || name === "min" || name === "max" || name === "stddev") {
    return { of: name, kind: readKind(reader) };
  }
  if (name === "status") return readStatus(reader);
  if (name !== "errors" && name !== "achieved" && name !== "rate") {
    reader.refuse("name", `unknown metric "${name}"${didYouMean(name, METRIC_NAMES)}`);
  }
  if (reader.argument !== undefined) {
    reader.refuse("argument", `${name} takes nothing in parentheses`);
  }
  return { of: name };
}

function readStatus(reader: Reader): Metric {
  const { argument, limit } = reader;
  if (argument === undefined || !/^[1-5](xx|\d\d)$/.test(argument)) {
    reader.refuse(
      argument === undefined ? "name" : "argument",
      "status takes a code or a class, like 503 or 5xx",
    );
  }
  return { of: "status", pattern: argument, unit: limit.endsWith("%") ? "share" : "count" };
}

function readShare(reader: Reader): number {
  const { limit } = reader;
  if (!/^\d+(\.\d+)?%$/.test(limit)) {
    reader.refuse("limit", `a share in percent, like 0.1%, found "${limit}"`);
  }
  return Number(limit.slice(0, -1)) / 100;
}

function readCount(reader: Reader): number {
  const { limit } = reader;
  if (!/^\d+$/.test(limit)) reader.refuse("limit", `a count or a share, found "${limit}"`);
  return Number(limit);
}

function readRate(reader: Reader): number {
  const { limit } = reader;
  const rate = RATE_PATTERN.test(limit) ? parseRate(limit) : "max";
  if (rate === "max") reader.refuse("limit", `a rate, like 990/s, found "${limit}"`);
  return rate;
}

function readDuration(reader: Reader): number {
  const { limit } = reader;
  if (!DURATION_PATTERN.test(limit)) {
    reader.refuse("limit", `a duration, like 50ms, found "${limit}"`);
  }
  return parseDurationNs(limit);
}

function readLimit(reader: Reader, metric: Metric): number {
  if (metric.of === "errors" || metric.of === "achieved") return readShare(reader);
  if (metric.of === "status") {
    return metric.unit === "share" ? readShare(reader) : readCount(reader);
  }
  return metric.of === "rate" ? readRate(reader) : readDuration(reader);
}

/** Throws `bad-plan` with the column of the fault. */
export function parseThreshold(text: string, where = "threshold"): Threshold {
  const reader = new Reader(text, where);
  const metric = readMetric(reader);
  const limit = readLimit(reader, metric);
  return { expr: text.trim(), metric, operator: reader.operator, limit };
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
