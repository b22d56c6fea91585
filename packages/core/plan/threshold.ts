/**
 * Threshold: a claim about the merged Result, judged after the run.
 *
 *     p99 < 50ms    p99.9(service) <= 1s    lag.p99 < 1ms    mean < 10ms    errors < 0.1%
 *     achieved > 99%    rate >= 990/s    status(5xx) == 0
 *     stage(2).p99 < 20ms    target(cart).service.p99 < 20ms    overhead(x-time).p99 < 2ms
 *
 *     threshold = [scope "."] [latency "."] metric operator limit
 *     scope     = "stage(" place from 1 ")" | "target(" name ")"
 *     latency   = "wait" | "service" | … | "recorded(" header ")" | "overhead(" header ")"
 *     metric    = "p" number ["(" latency ")"] | "mean" … | "errors" | "status(" code ")" | …
 */
import { DURATION_PATTERN, parseDurationNs, parseRate, RATE_PATTERN } from "./quantity.ts";
import { recordedName } from "./record-header.ts";
import { didYouMean } from "./suggest.ts";
import { type Operator, type Part, ThresholdText } from "./threshold-text.ts";

export const LATENCY_KINDS = [
  "wait",
  "connect",
  "lag",
  "service",
  "response",
  "firstByte",
  "errorResponse",
  "tcp",
  "tls",
] as const;
export type LatencyKind =
  | (typeof LATENCY_KINDS)[number]
  | `recorded:${string}`
  | `overhead:${string}`;

/** What part of the run a metric is of; `stage` counts from 0 inside, and from 1 in texts. */
export type Scope =
  | { readonly of: "run" }
  | { readonly of: "stage"; readonly stage: number }
  | { readonly of: "target"; readonly name: string };

export type Metric =
  | { readonly of: "percentile"; readonly percent: number; readonly kind: LatencyKind }
  | { readonly of: "mean" | "min" | "max" | "stddev"; readonly kind: LatencyKind }
  | { readonly of: "errors" | "achieved" }
  | { readonly of: "rate" }
  | { readonly of: "status"; readonly pattern: string; readonly unit: "count" | "share" };

/**
 * `limit` is in nanoseconds for latencies, a fraction for shares, per second for rates, a count for
 * `status`.
 */
export interface Threshold {
  readonly expr: string;
  readonly scope: Scope;
  readonly metric: Metric;
  readonly operator: Operator;
  readonly limit: number;
}

/** What a threshold may speak of in a plan. */
export interface Vocabulary {
  readonly stages: number;
  readonly targets: readonly string[];
  readonly recordHeaders: readonly string[];
}

const MOMENTS = ["mean", "min", "max", "stddev"] as const;
const SHARES = ["errors", "achieved"] as const;
const METRIC_NAMES = ["p50", "p90", "p99", ...MOMENTS, ...SHARES, "rate", "status"];
const METRICS = `allowed: ${METRIC_NAMES.join(", ")} and other percentiles`;
/** What people call them elsewhere. */
const MEANT: Readonly<Record<string, string>> = {
  avg: "mean",
  average: "mean",
  median: "p50",
  med: "p50",
};
const QUALIFIERS = ["stage", "target", "recorded", "overhead", ...LATENCY_KINDS];

function isOneOf<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}

class Reader {
  private scope: Scope = { of: "run" };
  private kind: LatencyKind | undefined;
  private readonly parts: readonly Part[];

  constructor(
    private readonly text: ThresholdText,
    /** Absent: whatever the threshold names is there. */
    private readonly vocabulary: Vocabulary | undefined,
  ) {
    this.parts = text.parts;
  }

  read(): Pick<Threshold, "scope" | "metric"> {
    for (const part of this.parts.slice(0, -1)) this.readQualifier(part);
    const last = this.parts[this.parts.length - 1];
    return { metric: this.readMetric(last), scope: this.scope };
  }

  private readQualifier(part: Part): void {
    const isScope = part.name === "stage" || part.name === "target";
    if (isScope && this.scope.of !== "run") {
      this.text.refuse(part.at, "a threshold is of one stage or of one target, not of several");
    }
    if (part.name === "stage") this.scope = this.readStage(part);
    else if (part.name === "target") this.scope = this.readTarget(part);
    else if (this.kind !== undefined) this.text.refuse(part.at, "two latencies are named");
    else this.kind = this.readLatency(part);
  }

  private readStage(part: Part): Scope {
    const stages = this.vocabulary?.stages ?? Number.MAX_SAFE_INTEGER;
    const argument = this.argumentOf(part, "the place of a stage, from 1");
    const stage = /^\d{1,4}$/.test(argument) ? Number(argument) : 0;
    if (stage >= 1 && stage <= stages) return { of: "stage", stage: stage - 1 };
    const allowed = stages === 1 ? "the plan has one stage" : `stages are 1 to ${stages}`;
    return this.text.refuse(part.argumentAt, `no stage "${argument}": ${allowed}`);
  }

  private readTarget(part: Part): Scope {
    const name = this.argumentOf(part, "the name of a target");
    const known = this.vocabulary?.targets;
    if (known === undefined || known.includes(name)) return { of: "target", name };
    return this.text.refuse(
      part.argumentAt,
      `no target "${name}"${didYouMean(name, known)}`,
      `allowed: ${known.map((target) => `target(${target})`).join(", ")}`,
    );
  }

  /** `service` or `recorded(NAME)`. */
  private readLatency(part: Part): LatencyKind {
    const { name, argument } = part;
    if (name === "recorded" || name === "overhead") return `${name}:${this.readHeader(part)}`;
    if (isOneOf(LATENCY_KINDS, name)) {
      if (argument !== undefined) this.takesNothing(part);
      return name;
    }
    return this.text.refuse(
      part.at,
      `unknown latency "${name}"${didYouMean(name, QUALIFIERS)}`,
      `allowed: ${QUALIFIERS.join(", ")}`,
    );
  }

  private readHeader(part: Part): string {
    const name = recordedName(this.argumentOf(part, "the name of a recorded header"));
    const known = this.vocabulary?.recordHeaders;
    if (known === undefined || known.includes(name)) return name;
    return this.text.refuse(
      part.argumentAt,
      `no header "${name}" is recorded${didYouMean(name, known)}`,
      known.length === 0 ? "name it with --record-header" : `recorded: ${known.join(", ")}`,
    );
  }

  private argumentOf(part: Part, what: string): string {
    const { argument } = part;
    if (argument !== undefined && argument !== "") return argument;
    return this.text.refuse(part.at, `${part.name} takes ${what} in parentheses`);
  }

  private takesNothing(part: Part): never {
    return this.text.refuse(part.argumentAt, `${part.name} takes nothing in parentheses`);
  }

  private readMetric(part: Part): Metric {
    const { name } = part;
    const percentile = /^p(\d+(?:\.\d+)?)$/.exec(name);
    if (percentile) {
      const percent = Number(percentile[1]);
      if (percent <= 0 || percent >= 100) {
        const meant = percent > 0 ? "max" : "min";
        this.text.refuse(part.at, `a percentile is between 0 and 100: write ${meant}`);
      }
      return { of: "percentile", percent, kind: this.kindOf(part) };
    }
    if (isOneOf(MOMENTS, name)) return { of: name, kind: this.kindOf(part) };
    if (!isOneOf([...SHARES, "rate", "status"], name)) {
      return this.refuseMetric(part);
    }
    if (this.kind !== undefined) this.text.refuse(part.at, `${name} is not of a latency`);
    if (name === "status") return this.readStatus(part);
    if (part.argument !== undefined) this.takesNothing(part);
    return { of: name };
  }

  private refuseMetric({ at, name }: Part): never {
    const meant = MEANT[name.toLowerCase()];
    const near =
      meant === undefined ? didYouMean(name, METRIC_NAMES) : ` (did you mean "${meant}"?)`;
    return this.text.refuse(at, `unknown metric "${name}"${near}`, METRICS);
  }

  /** Of `lag.p99` or `p99(lag)`. */
  private kindOf(part: Part): LatencyKind {
    const { argument } = part;
    if (argument === undefined) return this.kind ?? "response";
    if (this.kind !== undefined) this.text.refuse(part.argumentAt, "two latencies are named");
    return this.readLatency({
      name: argument,
      argument: undefined,
      at: part.argumentAt,
      argumentAt: 0,
    });
  }

  private readStatus({ argument, at, argumentAt }: Part): Metric {
    if (argument === undefined || !/^[1-5](xx|\d\d)$/.test(argument)) {
      return this.text.refuse(
        argument === undefined ? at : argumentAt,
        "status takes a code or a class, like 503 or 5xx",
      );
    }
    const unit = this.text.limit.endsWith("%") ? "share" : "count";
    return { of: "status", pattern: argument, unit };
  }
}

type Unit = "share" | "count" | "rate" | "duration";

function unitOf(metric: Metric): Unit {
  if (metric.of === "errors" || metric.of === "achieved") return "share";
  if (metric.of === "status") return metric.unit;
  return metric.of === "rate" ? "rate" : "duration";
}

function readLimit(text: ThresholdText, unit: Unit): number {
  const { limit, limitAt } = text;
  const refuse = (wanted: string) => text.refuse(limitAt, `${wanted}, found "${limit}"`);
  switch (unit) {
    case "share":
      if (!/^\d+(\.\d+)?%$/.test(limit)) return refuse("a share in percent, like 0.1%");
      return Number(limit.slice(0, -1)) / 100;
    case "count":
      return /^\d+$/.test(limit) ? Number(limit) : refuse("a count or a share");
    case "rate": {
      const rate = RATE_PATTERN.test(limit) ? parseRate(limit) : "max";
      return rate === "max" ? refuse("a rate, like 990/s") : rate;
    }
    case "duration":
      if (!DURATION_PATTERN.test(limit)) return refuse("a duration, like 50ms");
      return parseDurationNs(limit);
  }
}

/** Throws `bad-plan` with the column of the fault. */
export function parseThreshold(
  written: string,
  where = "threshold",
  vocabulary?: Vocabulary,
): Threshold {
  const text = new ThresholdText(written, where);
  const { scope, metric } = new Reader(text, vocabulary).read();
  const limit = readLimit(text, unitOf(metric));
  return { expr: written.trim(), scope, metric, operator: text.operator, limit };
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
