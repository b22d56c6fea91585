/** Crew: the generators that send the load of a run, and the processes behind them. */
import { availableParallelism } from "node:os";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { refuseAt } from "@nightjar/core/plan/plan-place.ts";
import type { LoadGenerator } from "@nightjar/core/run/load-generator.ts";
import { type Candidate, refuseUnsuitable } from "@nightjar/core/run/suitability.ts";
import { ENGINE_CAPABILITIES } from "@nightjar/engine/engine.ts";
import { maySpin } from "@nightjar/engine/idle.ts";
import { startWorker, type WorkerProcess } from "@nightjar/engine/worker-process.ts";
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

/** Every generator that there is, in the order of the names. */
export function candidates(): Candidate[] {
  return [OWN];
}

/** Throws `bad-plan`, with its place, where the plan's generator cannot carry the plan out. */
export function refuseForCrew({ plan, located }: PlanInput): void {
  const all = candidates();
  const own = all.find(({ capabilities }) => capabilities.name === plan.generator);
  try {
    if (own === undefined) refuseAt(["generator"], `there is no driver for ${plan.generator} here`);
    refuseUnsuitable(plan, own, all);
  } catch (error) {
    throw located(error);
  }
}

/** Throws `bad-plan` for a plan that its generator cannot carry out; starts nothing then. */
export async function crewOf(input: PlanInput): Promise<Crew> {
  refuseForCrew(input);
  return ownCrew(input.plan);
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
