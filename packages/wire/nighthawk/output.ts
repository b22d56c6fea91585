/** Output: what an execution came to, as Nighthawk tells it. */
import { create } from "@bufbuild/protobuf";
import { exactTotalsOf } from "@nightjar/core/record/exact-totals.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { Totals } from "@nightjar/core/record/totals.ts";
import { VERSION } from "@nightjar/core/version.ts";
import {
  type Output,
  OutputSchema,
  type Result,
  ResultSchema,
} from "../generated/nighthawk/client/output_pb.ts";
import { addCounters, type Counters, countersOf } from "./counters.ts";
import { exactOutput } from "./exact-output.ts";
import type { Execution } from "./execution.ts";
import { statisticsOf } from "./statistics.ts";
import { durationOf, timestampOf } from "./wire-time.ts";
import type { WorkerFacts } from "./worker-facts.ts";

const GLOBAL = "global";

export interface Outcome {
  /** In the order of their names. */
  readonly workers: readonly WorkerFacts[];
  /** All of them together. */
  readonly totals: Totals;
  /** Since 1970: when the output is told. */
  readonly wallNs: bigint;
}

export function outputOf(execution: Execution, outcome: Outcome, deflate: Deflate): Output {
  return create(OutputSchema, {
    timestamp: timestampOf(outcome.wallNs),
    options: execution.options,
    results: resultsOf(execution, outcome, deflate),
    version: buildVersion(),
  });
}

/** One of each worker, if there are several, and then the whole. */
function resultsOf(execution: Execution, outcome: Outcome, deflate: Deflate): Result[] {
  const { workers, totals } = outcome;
  if (workers.length === 0) return [];
  const counters = workers.map((facts) => countersOf(facts, execution));
  const apart = workers.length === 1 ? [] : workers;
  const durations = workers.map(({ durationNs }) => durationNs);
  const starts = workers.map(({ startWallNs }) => startWallNs);
  return [
    ...apart.map((facts, at) =>
      create(ResultSchema, {
        name: `worker_${at}`,
        ...told([facts], facts.totals, counters[at], { execution, deflate }),
        executionDuration: durationOf(facts.durationNs),
        executionStart: timestampOf(facts.startWallNs),
      }),
    ),
    create(ResultSchema, {
      name: GLOBAL,
      ...told(workers, totals, addCounters(counters), { execution, deflate }),
      executionDuration: durationOf(durations.reduce((a, b) => a + b) / durations.length),
      executionStart: timestampOf(starts.reduce((a, b) => (a < b ? a : b))),
    }),
  ];
}

function told(
  workers: readonly WorkerFacts[],
  totals: Totals,
  counters: Counters,
  { execution, deflate }: { readonly execution: Execution; readonly deflate: Deflate },
) {
  return {
    statistics: statisticsOf(workers, execution),
    counters: Object.keys(counters)
      .sort()
      .map((name) => ({ name, value: BigInt(counters[name]) })),
    userDefinedOutputs: [exactOutput(exactTotalsOf(totals), deflate)],
  };
}

function buildVersion() {
  const [majorNumber, minorNumber, patch] = VERSION.split(".").map(Number);
  return {
    version: { majorNumber, minorNumber, patch },
    metadata: { product: "nightjar" },
  };
}
