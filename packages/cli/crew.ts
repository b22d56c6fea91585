/** Crew: the generators that send the load of a run, and the processes behind them. */
import { availableParallelism } from "node:os";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { LoadGenerator } from "@nightjar/core/run/load-generator.ts";
import { type Candidate, refuseUnsuitable } from "@nightjar/core/run/suitability.ts";
import { connectionsOf, type Share, wholeShare } from "@nightjar/core/schedule/share.ts";
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

/**
 * A parent of workers collects its garbage so often, in some 10 ms, or it holds 20 MB more of it
 * than it needs. It measures nothing itself.
 */
export const TIDY_MS = 10_000;

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

/** What of a plan a crew is for; default: all of it. */
function shareOf({ load }: Plan): Share {
  return wholeShare(load.connections);
}

/** The driver that the plan names; `undefined`: our own engine. Throws `bad-plan`. */
export async function judgeGenerator(input: PlanInput): Promise<Driver | undefined> {
  const { plan } = input;
  if (plan.generator === OWN.capabilities.name) {
    refuseFor(OWN, input, [OWN]);
    return undefined;
  }
  const drivers = await loadDrivers();
  const driver = drivers[plan.generator];
  refuseFor(driver, input, [OWN, ...Object.values(drivers)]);
  return driver;
}

/**
 * Judges the plan for its generator and finds the program; what is returned starts the crew, as
 * large as the share needs. Throws `bad-plan` and `file`, and leaves nothing behind.
 */
export async function recruit(
  input: PlanInput,
  share: Share = shareOf(input.plan),
): Promise<() => Crew> {
  const { plan } = input;
  const driver = await judgeGenerator(input);
  if (driver === undefined) return () => ownCrew(plan, workerCount(plan, share));
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

/** `count` worker processes of our own engine, and the probe beside them, if the plan has one. */
export function ownCrew(plan: Plan, count: number): Crew {
  const workers = startWorkers(plan, count);
  return {
    generators: workers.map(({ generator }) => generator),
    stop: async (graceMs) => {
      await Promise.all(workers.map((worker) => worker.stop(graceMs)));
    },
  };
}

function workerCount(plan: Plan, share: Share): number {
  const wanted = plan.workers === "auto" ? autoWorkers(plan, share) : plan.workers;
  return Math.min(wanted, connectionsOf(share));
}

/** One core is left for the parent and for what else the machine does. */
function autoWorkers({ load }: Plan, { from, to, of }: Share): number {
  const most = Math.max(1, availableParallelism() - 1);
  if (load.rate === "max") return most;
  const ownPerS = (load.rate * (to - from)) / of;
  return Math.max(1, Math.min(most, Math.ceil(ownPerS / RATE_PER_WORKER)));
}

/** The probe first, if there is one: it sleeps, so that it takes no core from the others. */
function startWorkers(plan: Plan, count: number): WorkerProcess[] {
  const idle = maySpin(plan.idle, count) ? "spin" : "sleep";
  const workers = Array.from({ length: count }, () => startWorker(workerCommand(idle)));
  return plan.probe ? [startWorker(workerCommand("sleep")), ...workers] : workers;
}
