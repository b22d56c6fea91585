/**
 * Counters by their names upstream. Like there the warm-up counts, those that are 0 are left out,
 * and those of all workers are sums.
 */
import { PHASES } from "@nightjar/core/record/cell.ts";
import { FAILURE_KINDS } from "@nightjar/core/record/tally.ts";
import type { Totals } from "@nightjar/core/record/totals.ts";
import { failureCount, statusClass } from "@nightjar/core/run/count-limit.ts";
import type { Execution } from "./execution.ts";
import { type WorkerFacts, wholeOf } from "./worker-facts.ts";

export type Counters = Readonly<Record<string, number>>;

const FAILURES = {
  unconnected: "benchmark.pool_connection_failure",
  broken: "benchmark.stream_resets",
} as const;

export function countersOf(facts: WorkerFacts, { plan, options }: Execution): Counters {
  const { totals, failed, cancelled } = facts;
  const { opened, reused } = totals.connections;
  const statuses = statusCounters(totals);
  const failures = failureCounters(totals);
  const sent = wholeOf(facts, "lag").count;
  const unconnected = failures[FAILURES.unconnected] ?? 0;
  return present({
    ...statuses,
    ...failures,
    "benchmark.pool_overflow": PHASES.reduce(
      (sum, phase) => sum + totals.phases[phase].counts.dropped,
      0,
    ),
    "sequencer.failed_terminations": Number(failed),
    graceful_stop_requested: Number(cancelled),
    // The endpoints that the worker knows.
    "default.total_match_count": plan.targets.length,
    upstream_cx_total: opened,
    upstream_cx_http1_total: opened,
    upstream_cx_rx_bytes_total: totals.bytes.received,
    upstream_cx_tx_bytes_total: totals.bytes.sent,
    upstream_rq_total: sent,
    // Those that waited for a connection to be opened; in the open loop others wait, too.
    ...(options.openLoop ? {} : { upstream_rq_pending_total: sent - reused + unconnected }),
  });
}

export function addCounters(parts: readonly Counters[]): Counters {
  const sum: Record<string, number> = {};
  for (const part of parts) for (const name of Object.keys(part)) add(sum, name, part[name]);
  return sum;
}

function add(sum: Record<string, number>, name: string, count: number): void {
  sum[name] = (sum[name] ?? 0) + count;
}

function present(counters: Counters): Counters {
  return Object.fromEntries(Object.entries(counters).filter(([, count]) => count > 0));
}

function statusCounters({ phases }: Totals): Counters {
  const counters: Record<string, number> = {};
  for (const phase of PHASES) {
    for (const [status, count] of Object.entries(phases[phase].statuses)) {
      add(counters, `benchmark.http_${statusClass(Number(status))}`, count);
    }
  }
  return counters;
}

function failureCounters({ phases }: Totals): Counters {
  const counters: Record<string, number> = {};
  for (const kind of FAILURE_KINDS) {
    for (const phase of PHASES) {
      add(counters, FAILURES[failureCount(kind)], phases[phase].errors[kind]?.count ?? 0);
    }
  }
  return counters;
}
