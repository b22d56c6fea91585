/** Sends load from worker processes of this machine on behalf of the Nighthawk service. */
import { availableParallelism } from "node:os";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { ConductedRun, Conductor, RunOrder } from "@nightjar/faces/nighthawk/conductor.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { wallNs } from "@nightjar/host/wall.ts";
import { ownCrew } from "./crew.ts";
import { type FoldedRun, prepareFolded, START_LEAD_NS } from "./folded-run.ts";
import { guardTarget } from "./guard.ts";
import { deflate } from "./zlib.ts";

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
  const { plan, signal } = order;
  const crew = ownCrew(plan, workerCount(plan));
  const run = await prepareFolded({ ...order, assets: {}, crew });
  try {
    guardTarget(plan, run.addresses, yes);
  } catch (error) {
    await run.close();
    throw error;
  }
  signal.addEventListener("abort", () => stopAtOnce(run), { once: true });
  return new LocalBenchmark(run);
}

/** As upstream's: one, unless a concurrency is asked for. */
function workerCount({ workers, load }: Plan): number {
  return Math.min(workers === "auto" ? 1 : workers, load.connections);
}

function stopAtOnce(run: FoldedRun): void {
  run.stop("the call has ended");
  run.stop("the call has ended");
}

class LocalBenchmark implements ConductedRun {
  readonly workers: readonly string[];

  constructor(private readonly run: FoldedRun) {
    this.workers = Array.from({ length: run.workers }, (_, at) => String(at));
  }

  async measure(wantedWallNs?: bigint) {
    const leadNs = wantedWallNs === undefined ? START_LEAD_NS : Number(wantedWallNs - wallNs());
    const startWallNs = wallNs() + BigInt(Math.round(leadNs));
    const startedAt = new Date(Number(startWallNs / 1_000_000n)).toISOString();
    const result = await this.run.measure(monotonicNs() + leadNs, startedAt);
    return { startWallNs, result };
  }

  stop(reason: string): void {
    this.run.stop(reason);
  }

  close(): Promise<void> {
    return this.run.close();
  }
}
