/** What one Nighthawk has to do: the options of its part of a plan. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { parseArrivals } from "@nightjar/core/plan/plan-load.ts";
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import { formatDuration, parseDurationNs, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";
import type { CommandLineOptions } from "@nightjar/wire/generated/nighthawk/client/options_pb.ts";
import { optionsOfPlan } from "@nightjar/wire/nighthawk/options-of-plan.ts";
import type { Job } from "../job.ts";

/** Of each worker: beyond it, upstream's limit of what is in flight may bind before connections. */
const MAX_ACTIVE_BY_DEFAULT = 100;

/** Threads, in each of `services` of them. */
export function workersOf({ workers }: Plan, services: number): number {
  return workers === "auto" ? 1 : Math.ceil(workers / services);
}

/** Throws `bad-plan` where the job cannot be spread evenly over its workers. */
export function optionsOfJob(job: Job, workers: number): CommandLineOptions {
  const options = optionsOfPlan(partOf(job), workers);
  const { connections = 0 } = options;
  return connections > MAX_ACTIVE_BY_DEFAULT
    ? { ...options, maxActiveRequests: connections }
    : options;
}

/** The plan of this child alone. */
function partOf({ plan, ratePerS, connections, lengthNs }: Job): Plan {
  const { load } = plan;
  const part = connections / load.connections;
  const maxBacklog = Math.ceil(load.maxBacklog * part);
  return {
    ...plan,
    duration: formatDuration(lengthNs),
    load: { ...load, rate: ratePerS, connections, maxBacklog, arrivals: arrivalsOf(load, part) },
  };
}

/** Of all services together a burst is as large as the plan's, and jitter as long. */
function arrivalsOf({ arrivals: text }: Plan["load"], part: number): string {
  const arrivals = parseArrivals(text);
  if (arrivals.process === "burst") return `burst:${Math.round(arrivals.size * part)}`;
  if (arrivals.process !== "jitter") return text;
  return `jitter:${(arrivals.share * part * 100).toFixed(7)}%`;
}

/** Why the plan cannot be spread over so many workers. */
export function optionObjections(plan: Plan, workers: number): Objection[] {
  try {
    optionsOfPlan(plan, workers);
    return [];
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    const [, where = "", message = error.message] =
      /^([\w.[\]]+): (.*)$/s.exec(error.message) ?? [];
    return [{ path: pathOf(where), message, nearest: error.hint ?? nearestOf(where, plan) }];
  }
}

function nearestOf(where: string, plan: Plan): string {
  if (where !== "duration") return `leave ${where} out`;
  const wholeNs = Math.ceil(parseDurationNs(plan.duration) / SECOND_NS) * SECOND_NS;
  return `duration: ${formatDuration(wholeNs)}`;
}

/** `targets[0].body` */
function pathOf(where: string): Path {
  return [...where.matchAll(/\w+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));
}
