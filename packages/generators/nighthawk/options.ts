/** What one Nighthawk has to do: the options of its part of a plan. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";
import { connectionsOf, portionOf, type Share } from "@nightjar/core/schedule/share.ts";
import type { CommandLineOptions } from "@nightjar/wire/generated/nighthawk/client/options_pb.ts";
import { optionsOfPlan } from "@nightjar/wire/nighthawk/options-of-plan.ts";

/** Of each worker: beyond it, upstream's limit of what is in flight may bind before connections. */
const MAX_ACTIVE_BY_DEFAULT = 100;

/** Threads, in each of `services` of them. */
export function workersOf({ workers }: Plan, services: number): number {
  return workers === "auto" ? 1 : Math.ceil(workers / services);
}

/** Throws `bad-plan` where the share cannot be spread evenly. */
export function optionsOfShare(plan: Plan, share: Share, workers: number): CommandLineOptions {
  const options = optionsOfPlan(partOf(plan, share), workers);
  const { connections = 0 } = options;
  return connections > MAX_ACTIVE_BY_DEFAULT
    ? { ...options, maxActiveRequests: connections }
    : options;
}

/** Rate and connections are those of the share; what is due is the same. */
function partOf(plan: Plan, share: Share): Plan {
  const { load } = plan;
  const part = (share.to - share.from) / share.of;
  const rate = load.rate === "max" ? load.rate : load.rate * part;
  const connections = connectionsOf(share);
  const maxBacklog = portionOf(load.maxBacklog, share);
  return { ...plan, load: { ...load, rate, connections, maxBacklog } };
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
    return [{ path: pathOf(where), message, nearest: error.hint ?? `leave ${where} out` }];
  }
}

/** `targets[0].body` */
function pathOf(where: string): Path {
  return [...where.matchAll(/\w+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));
}
