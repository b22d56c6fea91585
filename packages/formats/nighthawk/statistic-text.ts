/** What the text formats of Nighthawk have in common: percentiles, names and units. */

import { shortest } from "./number-text.ts";
import type { Percentile, Statistic, WorkerResult } from "./output-messages.ts";

const MICROSECOND = 1000n;

/** Of these each format shows the first point that is not below. */
const TARGETS = [0, 0.5, 0.75, 0.8, 0.9, 0.95, 0.99, 0.999, 1];

/** The points in rising order, each once. */
export function shownPercentiles({ percentiles }: Statistic): Percentile[] {
  const shown: Percentile[] = [];
  let last = -1;
  for (const target of TARGETS) {
    const point = percentiles.find(({ percentile }) => percentile >= target && percentile > last);
    if (point === undefined) continue;
    last = point.percentile;
    shown.push(point);
  }
  return shown;
}

/** Without the ends, which stand beside them as minimum and maximum. */
export function innerPercentiles(statistic: Statistic): Percentile[] {
  return shownPercentiles(statistic).filter(({ percentile }) => percentile > 0 && percentile < 1);
}

/** Whole ones: what is below is cut off. */
export function microseconds(ns: bigint): bigint {
  return ns / MICROSECOND;
}

/** `0s 001ms 234us`; the seconds begin again at a thousand. */
export function durationWords(ns: bigint): string {
  const us = microseconds(ns);
  const three = (n: bigint) => String(n).padStart(3, "0");
  const seconds = (us % 1_000_000_000n) / 1_000_000n;
  return `${seconds}s ${three((us % 1_000_000n) / 1000n)}ms ${three(us % 1000n)}us`;
}

export const MOMENTS = ["min", "mean", "max", "pstdev"] as const;
export type Moment = (typeof MOMENTS)[number];

/** `duration`: how a Duration is written; other numbers are written as they are. */
export function momentText(
  statistic: Statistic,
  moment: Moment,
  duration: (ns: bigint) => string,
): string {
  const ns = statistic[moment];
  if (ns !== undefined) return duration(ns);
  const raw = statistic[`raw_${moment}`] ?? 0;
  return typeof raw === "bigint" ? String(raw) : shortest(raw);
}

/** Raw values lose what is behind their point. */
export function pointText(
  { duration, raw_value: raw = 0 }: Percentile,
  ofDuration: (ns: bigint) => string,
): string {
  if (duration !== undefined) return ofDuration(duration);
  return Number.isFinite(raw) ? String(BigInt(Math.trunc(raw))) : shortest(raw);
}

const FRIENDLY_NAMES: Readonly<Record<string, string>> = {
  "benchmark_http_client.queue_to_connect": "Queueing and connection setup latency",
  "benchmark_http_client.request_to_response": "Request start to response end",
  "sequencer.callback": "Initiation to completion",
  "sequencer.blocking": "Blocking. Results are skewed when significant numbers are reported here.",
  "benchmark_http_client.response_body_size": "Response body size in bytes",
  "benchmark_http_client.response_header_size": "Response header size in bytes",
};

export function friendlyName(id: string): string {
  return Object.hasOwn(FRIENDLY_NAMES, id) ? FRIENDLY_NAMES[id] : id;
}

/** Of a counter, over the time that the result says. */
export function perSecond(value: bigint, { execution_duration: ns = 0n }: WorkerResult): number {
  return Number(value) / (Number(ns) / 1e9);
}
