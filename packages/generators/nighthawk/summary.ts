/** A Nighthawk Output → what it came to, in counts and latencies of ours. */
import type { Fidelity } from "@nightjar/core/record/fidelity.ts";
import { globalOf } from "@nightjar/formats/nighthawk/global-result.ts";
import type { Output, WorkerResult } from "@nightjar/formats/nighthawk/output-messages.ts";
import {
  type OutputCounts,
  outputCounts,
  statisticLatency,
} from "@nightjar/formats/nighthawk/result-of-output.ts";
import type { Summary } from "../run/summary-book.ts";

const LATENCY = "benchmark_http_client.request_to_response";

const NOTES = [
  "nighthawk: service is from when the request was handed over, without its upload; what had " +
    "to wait for a connection is in none of it",
  "nighthawk: it has no timeout for an answer, and what takes more than 60 s is in no latency",
];

export interface NighthawkSaid {
  readonly summary: Summary;
  /** How long it sent. */
  readonly lengthNs: number;
  /** When load began, ns since 1970. */
  readonly startWallNs: number | undefined;
  readonly fidelity: Fidelity | undefined;
  readonly notes: readonly string[];
}

/** Throws `file` for an Output without a result over all workers. */
export function nighthawkSaid(output: Output): NighthawkSaid {
  const whole = globalOf(output);
  const counts = outputCounts(whole);
  const statistic = whole.statistics.find(({ id }) => id === LATENCY);
  const latency = statistic === undefined ? null : statisticLatency(statistic);
  const start = whole.execution_start;
  return {
    summary: summaryOf(whole, counts, latency?.histogram ?? undefined),
    lengthNs: Number(whole.execution_duration ?? 0n),
    startWallNs: start === undefined ? undefined : Number(start),
    fidelity: latency?.fidelity,
    notes: [...NOTES, ...(latency === null ? [`nighthawk: ${LATENCY} has no sample`] : [])],
  };
}

/** What was sent and neither answered nor reset was in flight when it looked at its counters. */
function summaryOf(
  { counters }: WorkerResult,
  counts: OutputCounts,
  service: Summary["histograms"]["service"],
): Summary {
  const counter = (name: string) => Number(counters.find((one) => one.name === name)?.value ?? 0n);
  const resets = counter("benchmark.stream_resets");
  const answered = counts.ok + counts.error;
  const censored = Math.max(0, counter("upstream_rq_total") - answered - resets);
  const failures = [
    ["reset", resets, "nighthawk: benchmark.stream_resets"],
    [
      "connect-failed",
      counter("benchmark.pool_connection_failure"),
      "nighthawk: benchmark.pool_connection_failure",
    ],
  ] as const;
  const bytes = {
    sent: counter("upstream_cx_tx_bytes_total"),
    received: counter("upstream_cx_rx_bytes_total"),
  };
  return {
    ...{ statuses: counts.statusCodes, ok: counts.ok, errors: counts.error },
    ...{ censored, dropped: counts.dropped, bytes },
    otherErrors: kindsOf(
      Object.entries(counts.errors).filter(([kind]) => kind.startsWith("status-")),
    ),
    failures: kindsOf(failures),
    histograms: service === undefined ? {} : { service },
    connections: {
      ...{ opened: counter("upstream_cx_total"), reused: 0 },
      ...{ closedByServer: 0, failed: 0, resumed: 0 },
    },
  };
}

function kindsOf(rows: readonly (readonly [string, number, string?])[]): Summary["failures"] {
  return Object.fromEntries(
    rows
      .filter(([, count]) => count > 0)
      .map(([kind, count, sample = kind.replace("-", " ")]) => [
        kind,
        { count, sample, atNs: null },
      ]),
  );
}
