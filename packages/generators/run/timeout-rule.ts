/** A rule of programs that have one timeout for opening a connection and for an answer. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";

export function timeoutObjections(name: string, plan: Plan): Objection[] {
  const { timeoutNs, connectTimeoutNs } = timing(plan);
  if (timeoutNs === connectTimeoutNs) return [];
  return [
    {
      path: ["connectTimeout"],
      message: `${name} has one timeout, for connections and answers`,
      nearest: `connectTimeout: ${plan.timeout}`,
    },
  ];
}
