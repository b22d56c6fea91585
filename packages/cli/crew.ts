/** Crew: the generators that send the load of a run, and the processes behind them. */
import { availableParallelism } from "node:os";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { LoadGenerator } from "@nightjar/core/run/load-generator.ts";
import { type Candidate, refuseUnsuitable } from "@nightjar/core/run/suitability.ts";
import { ENGINE_CAPABILITIES } from "@nightjar/engine/engine.ts";
import { maySpin } from "@nightjar/engine/idle.ts";
import { startWorker, type WorkerProcess } from "@nightjar/engine/worker-process.ts";
import type { Driver } from "@nightjar/generators/driver.ts";
import { findInstallation } from "@nightjar/generators/process/installation.ts";
import type { PlanInput } from "./plan-input.ts";
import { workerCommand } from "./worker-command.ts";

/**
 * Half of what one worker was seen to send without a loss on one core (docs/performance.md, "How
 * fast one worker sends in the open loop").
 */
const RATE_PER_WORKER = 40_000;

export interface Crew {
  /** The probe first, if the plan has one. */
  readonly generators: readonly LoadGenerator[];
  /** Resolves when nothing of it is left; what has not gone within `graceMs` is killed. */
  stop(graceMs: number): Promise<void>;
}

const OWN: Candidate = { capabilities: ENGINE_CAPABILITIES };

/** Loaded when a plan names one of them: gRPC is among what they need, and slow to load. */
async function loadDrivers(): Promise<Readonly<Record<string, Driver>>> {
  return (await import("@nightjar/generators/drivers.ts")).DRIVERS;
}

/** Throws `bad-plan`, with its place, where the generator cannot carry the plan out. */
function refuseFor(
  candidate: Candidate,
  { plan, located }: PlanInput,
  others: readonly Candidate[],
): void {
  try {
    refuseUnsuitable(plan, candidate, others);
  } catch (error) {
    throw located(error);
  }
}

/**
 * Judges the plan for its generator and finds the program; what is returned starts the crew. Throws
 * `bad-plan` and `file`, and leaves nothing behind.
 */
export async function recruit(input: PlanInput): Promise<() => Crew> {
  const { plan } = input;
  if (plan.generator === OWN.capabilities.name) {
    refuseFor(OWN, input, [OWN]);
    return () => ownCrew(plan);
  }
  const drivers = await loadDrivers();
  const driver = drivers[plan.generator];
  refuseFor(driver, input, [OWN, ...Object.values(drivers)]);
  const generators = await generatorsOf(driver, plan);
  // Its programs end with their runs.
  return () => ({ generators, stop: async () => {} });
}

async function generatorsOf(driver: Driver, plan: Plan): Promise<LoadGenerator[]> {
  if (driver.services !== undefined && plan.generatorAddresses.length > 0) {
    return driver.services(plan);
  }
  return [driver.generator(await findInstallation(driver.program), plan)];
}

/** Worker processes of our own engine. */
function ownCrew(plan: Plan): Crew {
  const workers = startWorkers(plan);
  return {
    generators: workers.map(({ generator }) => generator),
    stop: async (graceMs) => {
      await Promise.all(workers.map((worker) => worker.stop(graceMs)));
    },
  };
}

function workerCount(plan: Plan): number {
  const wanted = plan.workers === "auto" ? autoWorkers(plan) : plan.workers;
  return Math.min(wanted, plan.load.connections);
}

/** One core is left for the parent and for what else the machine does. */
function autoWorkers({ load }: Plan): number {
  const most = Math.max(1, availableParallelism() - 1);
  return load.rate === "max" ? most : Math.min(most, Math.ceil(load.rate / RATE_PER_WORKER));
}

/** The probe first, if there is one: it sleeps, so that it takes no core from the others. */
function startWorkers(plan: Plan): WorkerProcess[] {
  const count = workerCount(plan);
  const idle = maySpin(plan.idle, count) ? "spin" : "sleep";
  const workers = Array.from({ length: count }, () => startWorker(workerCommand(idle)));
  return plan.probe ? [startWorker(workerCommand("sleep")), ...workers] : workers;
}
