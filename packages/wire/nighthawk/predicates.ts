/**
 * Termination and failure predicates: names of Nighthawk's counters, as counts of a child of ours.
 * A predicate fires when the counter of one worker is above its number.
 */
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import type { CountLimit, LimitedCount } from "@nightjar/core/run/count-limit.ts";
import type { CommandLineOptions } from "../generated/nighthawk/client/options_pb.ts";
import { refuseOption } from "./option-refusal.ts";

export interface Predicate extends CountLimit {
  readonly counter: string;
  readonly means: "termination" | "failure";
}

export const COUNTERS: Readonly<Record<string, LimitedCount>> = {
  "benchmark.http_1xx": "1xx",
  "benchmark.http_2xx": "2xx",
  "benchmark.http_3xx": "3xx",
  "benchmark.http_4xx": "4xx",
  "benchmark.http_5xx": "5xx",
  "benchmark.http_xxx": "xxx",
  "benchmark.pool_connection_failure": "unconnected",
  "benchmark.pool_overflow": "dropped",
  "benchmark.stream_resets": "broken",
  upstream_rq_total: "sent",
  upstream_cx_total: "opened",
  upstream_cx_http1_total: "opened",
};

/** One of the default predicates; request sources are refused, so it stays at 0. */
const ALWAYS_ZERO = "requestsource.upstream_rq_5xx";

/** Termination stands before failure: of two that fire together it wins. Throws `bad-plan`. */
export function predicatesOf(options: CommandLineOptions): Predicate[] {
  const { terminationPredicates, failurePredicates } = options;
  return [...listed("termination", terminationPredicates), ...listed("failure", failurePredicates)];
}

function listed(means: Predicate["means"], table: Readonly<Record<string, bigint>>): Predicate[] {
  const names = Object.keys(table).filter((name) => name !== ALWAYS_ZERO);
  return names.sort().map((counter) => {
    const count = Object.hasOwn(COUNTERS, counter) ? COUNTERS[counter] : undefined;
    if (count === undefined) return refuseCounter(`${means}_predicates`, counter);
    return { counter, count, above: Number(table[counter]), means };
  });
}

function refuseCounter(where: string, counter: string): never {
  const known = Object.keys(COUNTERS);
  const near = didYouMean(counter, known);
  const shown = JSON.stringify(counter.slice(0, 80));
  return refuseOption(
    where,
    `no counter ${shown} is watched${near}`,
    `there are: ${known.join(", ")}`,
  );
}
