/** 10,000 connections at 5,000 requests a second: without an error, and in how much memory. */
import { readFileSync } from "node:fs";
import { startNginx } from "@nightjar/testkit/nginx.ts";
import {
  type Bench,
  BODY_BYTES,
  type Context,
  type Findings,
  NotMeasured,
  SERVER_CPU,
} from "./context.ts";
import { medianInterval } from "./median-interval.ts";
import { errorsOf, runNightjar } from "./nightjar-run.ts";

const CONNECTIONS = 10_000;
const RATE = 5_000;
const RUNS = 3;
/** Each connection is used several times. */
const DURATION_S = 8;
const LIMIT_MS = 60_000;
const OPEN_FILES = CONNECTIONS + 200;
const MEGABYTE = 1e6;

interface ManyRun {
  readonly opened: number;
  /** Exchanges without a good answer, and connections that did not open. */
  readonly errors: number;
  readonly workerMb: number;
  readonly parentMb: number;
}

/** A server of its own for each run: its connections leave ports behind that rest for a minute. */
async function once(durationS: number, { signal }: Context): Promise<ManyRun> {
  const nginx = await startNginx({ cpu: SERVER_CPU, bodyBytes: BODY_BYTES });
  try {
    const options = [
      ...["--rate", String(RATE), "--connections", String(CONNECTIONS), "--workers", "1"],
      ...["--duration", `${durationS}s`],
    ];
    const { result, rss } = await runNightjar(nginx.url, options, { limitMs: LIMIT_MS, signal });
    process.stderr.write(".");
    return {
      opened: result.connections.opened ?? 0,
      errors: errorsOf(result) + (result.connections.failed ?? 0),
      workerMb: Math.max(...rss.workers) / MEGABYTE,
      parentMb: rss.parent / MEGABYTE,
    };
  } finally {
    await nginx.stop();
  }
}

function demandOpenFiles(): void {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const limit = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  if (limit < OPEN_FILES)
    throw new NotMeasured(`${OPEN_FILES} open files are needed, and ulimit -n says ${limit}`);
}

async function measureRuns(context: Context): Promise<Findings> {
  demandOpenFiles();
  const runs: ManyRun[] = [];
  for (let run = 0; run < (context.quick ? 1 : RUNS); run++)
    runs.push(await once(context.quick ? 3 : DURATION_S, context));
  const of = (field: keyof ManyRun) => medianInterval(runs.map((run) => run[field]));
  const list = (field: keyof ManyRun) => runs.map((run) => run[field].toFixed(0)).join(", ");
  return {
    lines: [
      `connections opened: ${list("opened")}; errors: ${list("errors")}`,
      `most memory, MB: worker ${list("workerMb")}; its parent ${list("parentMb")}`,
    ],
    values: { opened: of("opened"), errors: of("errors"), workerMb: of("workerMb") },
    data: runs,
  };
}

const CASE = `${CONNECTIONS} connections at ${RATE}/s`;

export const manyConnections: Bench = {
  name: "connections",
  title: `${CASE}, one worker`,
  parts: ["nginx"],
  claims: [
    {
      kind: "must",
      value: "opened",
      says: `${CASE}: all of them opened`,
      limit: { atLeast: CONNECTIONS },
      digits: 0,
    },
    {
      kind: "must",
      value: "errors",
      says: `${CASE}: without an error`,
      limit: { atMost: 0 },
      digits: 0,
    },
    {
      kind: "must",
      value: "workerMb",
      says: `${CASE}: RSS of the worker ≤ 200 MB`,
      limit: { atMost: 200 },
      digits: 0,
    },
  ],
  run: measureRuns,
};
