/** A Nighthawk Output as a Result of ours. See docs/formats/nighthawk.md. */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type EdgeCount, edgeHistogram } from "../foreign/edge-histogram.ts";
import type { ForeignLatency } from "../foreign/foreign-latency.ts";
import { foreignResult } from "../foreign/foreign-result.ts";
import { exactTotalsIn } from "./exact-totals-in.ts";
import { globalOf } from "./global-result.ts";
import { outputFacts } from "./output-facts.ts";
import type { Output, Statistic, WorkerResult } from "./output-messages.ts";
import { resultOfTotals } from "./result-of-totals.ts";

const LATENCY = "benchmark_http_client.request_to_response";

const CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx", "xxx"] as const;
const GOOD: ReadonlySet<string> = new Set(["1xx", "2xx", "3xx"]);
/** By kind of ours. */
const FAILURES = {
  "stream-reset": "benchmark.stream_resets",
  "connection-failed": "benchmark.pool_connection_failure",
} as const;
const DROPPED = "benchmark.pool_overflow";

/** Between two points lie as many as their counts differ by. */
function edgesOf({ percentiles }: Statistic, minNs: number): EdgeCount[] {
  let [passed, fromNs] = [0, minNs];
  return percentiles.flatMap(({ duration, count }) => {
    const upToNs = Number(duration ?? 0n);
    const edge = { fromNs: Math.min(fromNs, upToNs), upToNs, count: Number(count) - passed };
    [passed, fromNs] = [Number(count), upToNs];
    return edge.count > 0 ? [edge] : [];
  });
}

/** `null`: the points do not hold what the statistic counts. */
export function statisticLatency(statistic: Statistic): ForeignLatency | null {
  const { mean, min, max, pstdev, percentiles } = statistic;
  const count = Number(statistic.count);
  if (count === 0 || mean === undefined || min === undefined || max === undefined) return null;
  const ns = { minNs: Number(min), meanNs: Number(mean), maxNs: Number(max) };
  const moments = { ...ns, stddevNs: pstdev === undefined ? null : Number(pstdev) };
  const edges = edgesOf(statistic, ns.minNs);
  const held = edges.reduce((sum, edge) => sum + edge.count, 0);
  const isRising = percentiles.every(({ duration = 0n }, at) => {
    return at === 0 || duration >= (percentiles[at - 1].duration ?? 0n);
  });
  if (held !== count || !isRising) {
    const fidelity = { kind: "percentiles", relativeError: null } as const;
    return { count, ...moments, histogram: null, percentilesNs: {}, fidelity };
  }
  return { count, ...moments, percentilesNs: {}, ...edgeHistogram(edges, moments) };
}

export interface OutputCounts {
  /** By class: `2xx`. */
  readonly statusCodes: Readonly<Record<string, number>>;
  readonly ok: number;
  /** Answered, and not ok. */
  readonly error: number;
  /** Sent, or tried to be, and no answer came. */
  readonly failed: number;
  readonly dropped: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** Upstream leaves a counter of 0 out. */
function counterIn({ counters }: WorkerResult): (name: string) => number {
  const values = new Map(counters.map(({ name, value }) => [name, Number(value)]));
  return (name) => values.get(name) ?? 0;
}

function filled(entries: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries(entries.filter(([, n]) => n > 0));
}

export function outputCounts(whole: WorkerResult): OutputCounts {
  const counter = counterIn(whole);
  const classes = CLASSES.map((name) => [name, counter(`benchmark.http_${name}`)] as const);
  const failures = Object.entries(FAILURES).map(([kind, name]) => [kind, counter(name)] as const);
  const sum = (of: readonly (readonly [string, number])[]) => of.reduce((all, [, n]) => all + n, 0);
  const bad = classes.filter(([name]) => !GOOD.has(name));
  return {
    statusCodes: filled(classes),
    ...{ ok: sum(classes) - sum(bad), error: sum(bad), failed: sum(failures) },
    dropped: counter(DROPPED),
    errors: filled([...bad.map(([name, n]) => [`status-${name}`, n] as const), ...failures]),
  };
}

/** In its closed loop nothing is begun that would have to wait. */
function waitIn({ options }: Output): string {
  return options?.open_loop === true
    ? "benchmark_http_client.queue_to_connect"
    : "sequencer.blocking";
}

function warningsOf(
  output: Output,
  { dropped }: OutputCounts,
  latency: ForeignLatency | null,
): string[] {
  const warnings = [
    `service is from the sending on: what had to wait is in none of it, but in ${waitIn(output)}`,
  ];
  if (dropped > 0) warnings.push(`${dropped} requests were dropped, since the pool was full`);
  if (latency === null) warnings.push(`there is no statistic ${LATENCY} with a sample`);
  else if (latency.histogram === null) {
    warnings.push(`the points of ${LATENCY} do not hold its samples: no percentile is taken over`);
  }
  return warnings;
}

export interface ConvertedFrom {
  readonly text: string;
  readonly deflate: Deflate;
  readonly inflate: Deflate;
}

/**
 * Throws `file` for an Output without a result over all workers, and `protocol` for totals of ours
 * that are damaged.
 */
export function resultOfOutput(
  output: Output,
  { text, deflate, inflate }: ConvertedFrom,
): ResultDocument {
  const whole = globalOf(output);
  const facts = outputFacts(output, whole, text);
  const exact = exactTotalsIn(whole, inflate);
  if (exact !== undefined) return resultOfTotals(exact, facts, deflate);
  const counter = counterIn(whole);
  const counts = outputCounts(whole);
  const statistic = whole.statistics.find(({ id }) => id === LATENCY);
  const service = statistic === undefined ? null : statisticLatency(statistic);
  const completed = counts.ok + counts.error;
  return foreignResult(
    {
      ...{ ...facts, tool: "nighthawk" },
      ...{ completed, achievedPerS: facts.durationS === 0 ? 0 : completed / facts.durationS },
      ...{ ok: counts.ok, error: counts.error, unanswered: counts.failed + counts.dropped },
      latencyKind: "service",
      latencies: service === null ? {} : { service },
      fidelity: { kind: "percentiles", relativeError: null },
      ...{ statusCodes: counts.statusCodes, errors: counts.errors },
      bytes: {
        sent: counter("upstream_cx_tx_bytes_total"),
        received: counter("upstream_cx_rx_bytes_total"),
      },
      opened: counter("upstream_cx_total"),
      warnings: warningsOf(output, counts, service),
      assumed: [],
    },
    deflate,
  );
}
