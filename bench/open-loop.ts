/**
 * 40,000 a second in the open loop by one worker: is all that is due answered in time? The claim is
 * on the worker and its parent sharing CPU 1; beside it stands the same with all CPUs to choose.
 */
import { type Nginx, startNginx } from "@nightjar/testkit/nginx.ts";
import {
  type Bench,
  BODY_BYTES,
  CLIENT_CPU,
  CONNECTIONS,
  type Context,
  type Findings,
  SERVER_CPU,
} from "./context.ts";
import { type MedianInterval, medianInterval } from "./median-interval.ts";
import { answeredInTimePercent, errorsOf, lagUs, runNightjar } from "./nightjar-run.ts";
import { undisturbed } from "./rounds.ts";

const RATE = 40_000;
const DURATION_S = 4;
const RUNS = 7;
const RUNS_FREE = 3;
const LIMIT_MS = 60_000;

interface OpenRun {
  readonly answeredPercent: number;
  readonly errors: number;
  readonly lagP50Us: number | null;
  readonly lagP99Us: number | null;
  /** Of the worker. */
  readonly cpuPercent: number | null;
}

async function once(nginx: Nginx, cpu: number | undefined, context: Context): Promise<OpenRun> {
  const options = [
    ...["--rate", String(RATE), "--connections", String(CONNECTIONS), "--workers", "1"],
    ...["--duration", `${DURATION_S}s`],
  ];
  const placement = { cpu, limitMs: LIMIT_MS, signal: context.signal };
  const { result } = await runNightjar(nginx.url, options, placement);
  return {
    answeredPercent: answeredInTimePercent(result),
    errors: errorsOf(result),
    lagP50Us: lagUs(result, "50"),
    lagP99Us: lagUs(result, "99"),
    cpuPercent: result.generator.cpuPercent,
  };
}

async function several(
  count: number,
  nginx: Nginx,
  cpu: number | undefined,
  context: Context,
): Promise<OpenRun[]> {
  const runs: OpenRun[] = [];
  for (let attempt = 0; attempt < count; attempt++) {
    const run = await undisturbed(context, () => once(nginx, cpu, context));
    if (run) runs.push(run);
  }
  return runs;
}

function describe(where: string, runs: readonly OpenRun[]): string {
  const list = (field: keyof OpenRun, digits: number) =>
    runs.map((run) => run[field]?.toFixed(digits) ?? "–").join(" ");
  return [
    `${where}: answered in time, %: ${list("answeredPercent", 3)}`,
    `lag p50, µs: ${list("lagP50Us", 1)}`,
    `lag p99, µs: ${list("lagP99Us", 0)}`,
    `worker's CPU, %: ${list("cpuPercent", 0)}`,
    `errors: ${list("errors", 0)}`,
  ].join("\n  ");
}

async function measureRuns(context: Context): Promise<Findings> {
  const nginx = await startNginx({ cpu: SERVER_CPU, bodyBytes: BODY_BYTES });
  try {
    const shared = await several(context.quick ? 2 : RUNS, nginx, CLIENT_CPU, context);
    const free = await several(context.quick ? 1 : RUNS_FREE, nginx, undefined, context);
    const answered: Record<string, MedianInterval> =
      shared.length < (context.quick ? 1 : RUNS)
        ? {}
        : { answered: medianInterval(shared.map((run) => run.answeredPercent)) };
    const lines = [
      describe(`worker and parent on CPU ${CLIENT_CPU}`, shared),
      describe("worker and parent on any CPU", free),
    ];
    return { lines, values: answered, data: { shared, free } };
  } finally {
    await nginx.stop();
  }
}

export const openLoop: Bench = {
  name: "open",
  title: `open loop, ${RATE}/s by one worker, ${CONNECTIONS} connections`,
  parts: ["nginx"],
  claims: [
    {
      kind: "must",
      value: "answered",
      says: `open loop at ${RATE}/s by one worker, answered in time ≥ 99.9 %`,
      limit: { atLeast: 99.9 },
      digits: 3,
    },
  ],
  run: measureRuns,
};
