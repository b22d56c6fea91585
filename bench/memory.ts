/**
 * What a worker holds after a hundred thousand requests, and after a million: live objects and
 * memory, after a collection of garbage, in one run.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNginx } from "@nightjar/testkit/nginx.ts";
import { placed } from "./child.ts";
import { show } from "./claim.ts";
import {
  type Bench,
  BODY_BYTES,
  CLIENT_CPU,
  CONNECTIONS,
  type Context,
  type Findings,
  NotMeasured,
  SERVER_CPU,
} from "./context.ts";
import { medianInterval } from "./median-interval.ts";
import { runWorkers } from "./worker-run.ts";

const RATE = 25_000;
const EARLY = 100_000;
const LATE = 1_000_000;
const LATE_IN_QUICK = 200_000;
const RUNS = 3;
/** The last reading takes half a second. */
const SETTLE_MS = 1_500;
const WORKER = join(import.meta.dir, "counting-worker.ts");
const MEGABYTE = 1e6;

/** As `counting-worker.ts` writes it. */
interface Holding {
  readonly objectCount: number;
  readonly heapSize: number;
  readonly rssBytes: number;
}

interface MemoryRun {
  readonly early: Holding;
  readonly late: Holding;
  readonly completed: number;
}

/** When so many are due. */
function atMs(requests: number): number {
  return (requests / RATE) * 1000;
}

async function once(
  url: string,
  late: number,
  folder: string,
  context: Context,
): Promise<MemoryRun> {
  const file = join(folder, "holdings.jsonl");
  const command = () => placed([process.execPath, WORKER, file], CLIENT_CPU);
  const ask = ({ pids }: { pids: readonly number[] }) => process.kill(pids[0], "SIGUSR2");
  const plan = {
    targets: [{ url }],
    load: { rate: RATE, connections: CONNECTIONS },
    duration: `${atMs(late) + SETTLE_MS}ms`,
  };
  const at = [EARLY, late].map((requests) => ({ ms: atMs(requests), act: ask }));
  const { result } = await runWorkers(plan, { command, at }, context);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const [first, second] = lines.map((line) => JSON.parse(line) as Holding);
  rmSync(file);
  if (result.accounting.completed < late)
    throw new NotMeasured(`only ${result.accounting.completed} requests were answered`);
  return { early: first, late: second, completed: result.accounting.completed };
}

async function measureRuns(context: Context): Promise<Findings> {
  const { quick } = context;
  const nginx = await startNginx({ cpu: SERVER_CPU, bodyBytes: BODY_BYTES });
  const folder = mkdtempSync(join(tmpdir(), "nightjar-memory-"));
  const runs: MemoryRun[] = [];
  try {
    for (let run = 0; run < (quick ? 1 : RUNS); run++) {
      runs.push(await once(nginx.url, quick ? LATE_IN_QUICK : LATE, folder, context));
      process.stderr.write(".");
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await nginx.stop();
  }
  return findingsOf(runs);
}

function findingsOf(runs: readonly MemoryRun[]): Findings {
  const growth = (field: keyof Holding) =>
    medianInterval(runs.map(({ early, late }) => (late[field] / early[field] - 1) * 100));
  const values = { objects: growth("objectCount"), rss: growth("rssBytes") };
  const lines = runs.map(
    ({ early, late, completed }) =>
      `${completed} requests: objects ${early.objectCount} → ${late.objectCount}, ` +
      `heap ${megabytes(early.heapSize)} → ${megabytes(late.heapSize)} MB, ` +
      `RSS ${megabytes(early.rssBytes)} → ${megabytes(late.rssBytes)} MB`,
  );
  return { lines: [...lines, `growth of RSS: ${show(values.rss, 1)} %`], values, data: runs };
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}

const SPAN = "from 10⁵ to 10⁶ requests";

export const memory: Bench = {
  name: "memory",
  title: `what a worker holds, ${SPAN}`,
  parts: ["nginx"],
  claims: [
    {
      kind: "must",
      value: "rss",
      says: `RSS of a worker grows ≤ 5 % ${SPAN}`,
      limit: { atMost: 5 },
      digits: 1,
    },
    {
      kind: "must",
      value: "objects",
      says: `live objects of a worker grow ≤ 5 % ${SPAN}`,
      limit: { atMost: 5 },
      digits: 1,
    },
  ],
  run: measureRuns,
};
