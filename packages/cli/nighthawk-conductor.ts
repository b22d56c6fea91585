/** Sends load from worker processes of this machine on behalf of the Nighthawk service. */
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { resultOf } from "@nightjar/core/result/result-of.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import { RunFold } from "@nightjar/core/run/fold.ts";
import type { LoadGenerator, Run } from "@nightjar/core/run/load-generator.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { maySpin } from "@nightjar/engine/idle.ts";
import { startWorker, type WorkerProcess } from "@nightjar/engine/worker-process.ts";
import type { ConductedRun, Conductor, RunOrder } from "@nightjar/faces/nighthawk/conductor.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { wallNs } from "@nightjar/host/wall.ts";
import { guardTarget } from "./guard.ts";
import { workerCommand } from "./worker-command.ts";
import { deflate } from "./zlib.ts";

/** Between the order and T0, so that every worker has heard it. */
const START_LEAD_NS = 50e6;
const KILL_AFTER_MS = 1000;

/** `yes`: fast load at public addresses is meant. */
export function nighthawkConductor(yes: boolean): Conductor {
  return {
    cores: availableParallelism(),
    prepare: (order) => prepare(order, yes),
    wallNs,
    deflate,
  };
}

async function prepare(order: RunOrder, yes: boolean): Promise<ConductedRun> {
  const { plan, limits, details, signal } = order;
  const workers = startWorkers(plan);
  const stop = async () => {
    await Promise.all(workers.map((worker) => worker.stop(KILL_AFTER_MS)));
  };
  try {
    const { generator, folded } = crewOf(workers, order);
    const share = wholeShare(plan.load.connections);
    const id = randomUUID();
    const named = { runId: id, child: "", incarnation: 0, from: 0 };
    const whole = { plan, share, ...named, assets: {}, limits, details };
    const run = await generator.prepare(whole, signal);
    guardTarget(plan, run.ready.addresses, yes);
    signal.addEventListener("abort", () => stopAtOnce(run), { once: true });
    return new LocalBenchmark({ id, generator, run, fold: folded(), stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

function stopAtOnce(run: Run): void {
  run.stop("the call has ended");
  run.stop("the call has ended");
}

function startWorkers({ workers, load, idle }: Plan): WorkerProcess[] {
  const count = Math.min(workers === "auto" ? 1 : workers, load.connections);
  const how = maySpin(idle, count) ? "spin" : "sleep";
  return Array.from({ length: count }, () => startWorker(workerCommand(how)));
}

function crewOf(workers: readonly WorkerProcess[], { plan, onEvent }: RunOrder) {
  let fold: RunFold | undefined;
  const generator = ensemble(
    workers.map((worker) => worker.generator),
    {
      clock: realClock(monotonicNs),
      lostChild: "degrade",
      placed: (specs) => {
        fold = new RunFold(plan, specs);
      },
      observe: (event) => {
        fold?.apply(event);
        onEvent(event);
      },
    },
  );
  return { generator, folded: () => fold as RunFold };
}

interface Parts {
  readonly id: string;
  readonly generator: LoadGenerator;
  readonly run: Run;
  readonly fold: RunFold;
  readonly stop: () => Promise<void>;
}

class LocalBenchmark implements ConductedRun {
  readonly workers: readonly string[];

  constructor(private readonly parts: Parts) {
    this.workers = Array.from({ length: parts.run.ready.workers }, (_, at) => String(at));
  }

  async measure(wantedWallNs?: bigint) {
    const { id, generator, run, fold } = this.parts;
    const environment = watchEnvironment();
    const leadNs = wantedWallNs === undefined ? START_LEAD_NS : Number(wantedWallNs - wallNs());
    const startWallNs = wallNs() + BigInt(Math.round(leadNs));
    run.start(monotonicNs() + leadNs);
    for await (const event of run.events) if (event.type === "ended") break;
    await this.close();
    const result = resultOf(fold.finish(), {
      id,
      startedAt: new Date(Number(startWallNs / 1_000_000n)).toISOString(),
      generator: generator.capabilities,
      workers: this.workers.length,
      lookupNs: run.ready.lookupNs,
      environment: environment(),
      deflate,
    });
    return { startWallNs, result };
  }

  stop(reason: string): void {
    this.parts.run.stop(reason);
  }

  close(): Promise<void> {
    return this.parts.stop();
  }
}
