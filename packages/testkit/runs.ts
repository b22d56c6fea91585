/**
 * Runs for tests: a plan on worker processes (or on any LoadGenerator), from the order to the
 * Result, with every account checked on the way. A run that does not add up throws.
 *
 * Each run leaves a line, "healthy" or "unhealthy: why", in the file that NIGHTJAR_RUNS_FILE names.
 */
import { appendFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { resultOf } from "@nightjar/core/result/result-of.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import { type Folded, RunFold } from "@nightjar/core/run/fold.ts";
import type {
  Assets,
  LoadGenerator,
  Order,
  Run,
  RunEvent,
} from "@nightjar/core/run/load-generator.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { startWorker, type WorkerProcess } from "@nightjar/engine/worker-process.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { checkBooks } from "./runs-books.ts";

export interface RunContext {
  readonly run: Run;
  /** Of the worker processes, in the order of the children "0", "1" …; empty without them. */
  readonly pids: readonly number[];
}

export interface RunHooks {
  /** Everything is prepared, nothing sent; the run starts when it returns. */
  onReady?(context: RunContext): void | Promise<void>;
  /** Called at so many milliseconds after T0. */
  at?: readonly { readonly ms: number; act(context: RunContext): void }[];
}

export interface RunOptions extends RunHooks {
  assets?: Assets;
  /** Between the order to start and T0. */
  leadMs?: number;
}

export interface WorkerOptions extends RunOptions {
  /** 1 */
  workers?: number;
  /** sleep */
  idle?: "spin" | "sleep";
  /** degrade */
  lostChild?: "fail" | "degrade";
  /** What starts worker number `index`; default: bun on `worker-main.ts`. */
  command?(index: number, idle: "spin" | "sleep"): readonly string[];
}

export interface FinishedRun {
  readonly plan: Plan;
  readonly result: Result;
  readonly folded: Folded;
  /** What the whole generator said. */
  readonly events: readonly RunEvent[];
  /** What each worker said, in the order of arrival; without workers the same as `events`. */
  readonly childEvents: readonly RunEvent[];
  /** CLOCK_MONOTONIC. */
  readonly t0Ns: number;
  readonly pids: readonly number[];
}

const LEAD_MS = 50;
const GRACE_MS = 2000;
const WORKER_MAIN = new URL("../engine/worker-main.ts", import.meta.url).pathname;

export function workerCommand(idle: "spin" | "sleep"): readonly string[] {
  return [process.execPath, WORKER_MAIN, idle];
}

/** The whole of `plan`, for the child `child`. */
export function wholeOrder(plan: Plan, child = "", assets: Assets = {}): Order {
  const share = wholeShare(plan.load.connections);
  return { plan, share, runId: "test", child, incarnation: 0, from: 0, assets };
}

/** Runs `document` on worker processes; none is left afterwards. */
export async function runPlan(
  document: PlanDocument | Plan,
  options: WorkerOptions = {},
): Promise<FinishedRun> {
  const { workers = 1, idle = "sleep", lostChild = "degrade", command } = options;
  const plan = resolvePlan(document);
  const processes = Array.from({ length: Math.min(workers, plan.load.connections) }, (_, index) =>
    startWorker(command?.(index, idle) ?? workerCommand(idle)),
  );
  const childEvents: RunEvent[] = [];
  let fold: RunFold | undefined;
  const generator = ensemble(
    processes.map((worker) => worker.generator),
    {
      clock: realClock(monotonicNs),
      lostChild,
      placed: (specs) => {
        fold = new RunFold(plan, specs);
      },
      observe: (event) => {
        childEvents.push(event);
        fold?.apply(event);
      },
    },
  );
  const pids = processes.map((worker) => worker.pid);
  try {
    const order = wholeOrder(plan, "", options.assets);
    const driven = await drive(generator, order, pids, options);
    const folded = (fold as RunFold | undefined)!.finish();
    const finished = { ...driven, ...judged(driven, folded, generator), childEvents, plan };
    return audited(finished, generator);
  } finally {
    await stopAll(processes);
  }
}

/** Runs `document` on `generator`, which is one child of the run whatever is under it. */
export async function runOn(
  generator: LoadGenerator,
  document: PlanDocument | Plan,
  options: RunOptions = {},
): Promise<FinishedRun> {
  const plan = resolvePlan(document);
  const order = wholeOrder(plan, "all", options.assets);
  const driven = await drive(generator, order, [], options);
  const folded = foldOf(plan, order, driven.workers, driven.events);
  const childEvents = driven.events;
  return audited({ ...driven, ...judged(driven, folded, generator), childEvents, plan }, generator);
}

interface Driven {
  readonly events: readonly RunEvent[];
  readonly t0Ns: number;
  readonly pids: readonly number[];
  readonly workers: number;
  readonly lookupNs?: number;
  readonly startedAt: string;
  readonly environment: Result["environment"];
}

/** From the order to the end of the events. */
async function drive(
  generator: LoadGenerator,
  order: Order,
  pids: readonly number[],
  { onReady, at = [], leadMs = LEAD_MS }: RunOptions,
): Promise<Driven> {
  const run = await generator.prepare(order, new AbortController().signal);
  const context = { run, pids };
  await onReady?.(context);
  const environment = watchEnvironment();
  const startedAt = new Date().toISOString();
  const t0Ns = monotonicNs() + leadMs * 1e6;
  run.start(t0Ns);
  const timers = at.map(({ ms, act }) => setTimeout(() => act(context), leadMs + ms));
  const events: RunEvent[] = [];
  for await (const event of run.events) events.push(event);
  for (const timer of timers) clearTimeout(timer);
  const { workers, lookupNs } = run.ready;
  return { events, t0Ns, pids, workers, lookupNs, startedAt, environment: environment() };
}

function foldOf(plan: Plan, order: Order, workers: number, events: readonly RunEvent[]): Folded {
  const fold = new RunFold(plan, [{ id: order.child, share: order.share, workers }]);
  for (const event of events) fold.apply(event);
  return fold.finish();
}

function judged(
  { workers, lookupNs, startedAt, environment }: Driven,
  folded: Folded,
  generator: LoadGenerator,
): { result: Result; folded: Folded } {
  const result = resultOf(folded, {
    id: "test",
    startedAt,
    generator: generator.capabilities,
    workers,
    lookupNs,
    environment,
    deflate: (bytes) => deflateSync(bytes),
  });
  return { result, folded };
}

/** The books of every child, of the whole, and that both come to the same. */
function audited(finished: FinishedRun, generator: LoadGenerator): FinishedRun {
  const { plan, folded, events, childEvents, result } = finished;
  checkBooks(folded, childEvents, generator.capabilities);
  if (events !== childEvents) {
    const order = wholeOrder(plan);
    const merged = foldOf(plan, order, result.generator.workers, events);
    checkBooks(merged, events, generator.capabilities);
    const again = judged({ ...finished, ...contextOf(result) }, merged, generator).result;
    assertSame(again.accounting, result.accounting, "the merged events and the children's");
  }
  noteRun(result);
  return finished;
}

function contextOf(result: Result) {
  const { startedAt, environment } = result;
  return { workers: result.generator.workers, startedAt, environment };
}

function assertSame(a: object, b: object, what: string): void {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  if (left !== right) throw new Error(`${what} do not come to the same: ${left} and ${right}`);
}

function noteRun({ generator, name }: Result): void {
  const file = process.env.NIGHTJAR_RUNS_FILE;
  if (!file || generator.healthy === null) return;
  const word = generator.healthy ? "healthy" : `unhealthy: ${name}: ${generator.faults[0]}`;
  appendFileSync(file, `${word.replaceAll("\n", " ")}\n`);
}

async function stopAll(processes: readonly WorkerProcess[]): Promise<void> {
  await Promise.all(processes.map((worker) => worker.stop(GRACE_MS)));
}
