/**
 * How late one worker sends at 10,000 a second in the open loop: `lag` second by second, of the
 * seconds without a hiccup. nginx has CPU 0, the worker CPU 1; its parent is this process.
 */

import { valueAtRank } from "@nightjar/core/record/histogram.ts";
import { phaseTally, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import { harmfulHiccups } from "@nightjar/testkit/hiccups.ts";
import { startNginx } from "@nightjar/testkit/nginx.ts";
import { workerCommand } from "@nightjar/testkit/runs.ts";
import { placed } from "./child.ts";
import { show } from "./claim.ts";
import {
  type Bench,
  BODY_BYTES,
  CLIENT_CPU,
  CONNECTIONS,
  type Context,
  type Findings,
  SERVER_CPU,
} from "./context.ts";
import { medianInterval } from "./median-interval.ts";
import { runWorkers } from "./worker-run.ts";

const RATE = 10_000;
const RUNS = 4;
const DURATION_S = 8;
const WARMUP_S = 1;
/**
 * What is shorter delays at most 0.5 % of a second's exchanges, and so not their p99. The meter on
 * the worker's CPU must itself wait for the scheduler's slice, up to 3 ms.
 */
const HARMFUL_MS = 5;
/** The interval of their median is at 95 % from six on. */
const WINDOWS_MIN = 7;

interface Window {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly isQuiet: boolean;
}

async function windowsOf(url: string, durationS: number, context: Context): Promise<Window[]> {
  const plan = {
    targets: [{ url }],
    load: { rate: RATE, connections: CONNECTIONS },
    duration: `${durationS}s`,
    warmup: `${WARMUP_S}s`,
  };
  const command = () => placed(workerCommand("spin"), CLIENT_CPU);
  const { childEvents, t0Ns } = await runWorkers(plan, { idle: "spin", command }, context);
  return childEvents.flatMap((event) => {
    if (event.type !== "snapshot" || event.interval < WARMUP_S) return [];
    return windowOf(event, t0Ns, context);
  });
}

/** None of the interval after the plan's end, in which nothing is sent. */
function windowOf(snapshot: Snapshot, t0Ns: number, { hiccups }: Context): Window[] {
  const { lag } = phaseTally(snapshot, "measured").histograms;
  if (!lag || lag.count < RATE / 2) return [];
  const startNs = t0Ns + snapshot.interval * 1e9;
  const seen = harmfulHiccups(hiccups.seen(), HARMFUL_MS, { startNs, endNs: startNs + 1e9 });
  const at = (share: number) => valueAtRank(lag, Math.ceil(lag.count * share)) / 1000;
  return [{ p50Us: at(0.5), p99Us: at(0.99), isQuiet: seen.length === 0 }];
}

async function measureRuns(context: Context): Promise<Findings> {
  const nginx = await startNginx({ cpu: SERVER_CPU, bodyBytes: BODY_BYTES });
  const windows: Window[] = [];
  try {
    for (let run = 0; run < (context.quick ? 1 : RUNS); run++) {
      windows.push(...(await windowsOf(nginx.url, context.quick ? 2 : DURATION_S, context)));
      process.stderr.write(".");
    }
  } finally {
    await nginx.stop();
  }
  return findingsOf(windows, context.quick ? 1 : WINDOWS_MIN);
}

function findingsOf(windows: readonly Window[], windowsMin: number): Findings {
  const quiet = windows.filter(({ isQuiet }) => isQuiet);
  const median = (list: readonly Window[], field: "p50Us" | "p99Us") =>
    medianInterval(list.map((window) => window[field]));
  const describe = (list: readonly Window[]) =>
    list.length === 0
      ? "none"
      : `${list.length}: lag p50 ${show(median(list, "p50Us"), 1)} µs, ` +
        `p99 ${show(median(list, "p99Us"), 1)} µs`;
  const lines = [
    `seconds without a hiccup, ${describe(quiet)}`,
    `all seconds, ${describe(windows)}`,
  ];
  if (quiet.length < windowsMin) return { lines, values: {}, data: windows };
  return {
    lines,
    values: { p50: median(quiet, "p50Us"), p99: median(quiet, "p99Us") },
    data: windows,
  };
}

export const lag: Bench = {
  name: "lag",
  title: `open loop, ${RATE}/s: how late one worker sends`,
  parts: ["nginx"],
  claims: [
    {
      kind: "aim",
      value: "p50",
      says: `lag p50 at ${RATE}/s ≤ 5 µs`,
      limit: { atMost: 5 },
      digits: 1,
    },
    {
      kind: "aim",
      value: "p99",
      says: `lag p99 at ${RATE}/s ≤ 100 µs`,
      limit: { atMost: 100 },
      digits: 1,
    },
  ],
  run: measureRuns,
};
