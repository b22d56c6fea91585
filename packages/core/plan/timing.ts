/** The durations of a plan, in nanoseconds. */
import type { Plan } from "./plan.ts";
import { parseDurationNs } from "./quantity.ts";

/**
 * The plan's durations in nanoseconds. `endNs` (warm-up + duration) is infinite when `requests`
 * ends the run.
 */
export interface Timing {
  readonly warmupNs: number;
  readonly endNs: number;
  readonly timeoutNs: number;
  readonly connectTimeoutNs: number;
  readonly drainNs: number;
}

export function timing(plan: Plan): Timing {
  const warmupNs = parseDurationNs(plan.warmup);
  const unlimited = plan.duration === "unlimited";
  return {
    warmupNs,
    endNs: unlimited ? Number.POSITIVE_INFINITY : warmupNs + parseDurationNs(plan.duration),
    timeoutNs: parseDurationNs(plan.timeout),
    connectTimeoutNs: parseDurationNs(plan.connectTimeout),
    drainNs: parseDurationNs(plan.drain),
  };
}
