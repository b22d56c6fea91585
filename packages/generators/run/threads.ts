/** The threads of a program that sends by threads: the plan's workers. */
import type { Plan } from "@nightjar/core/plan/plan.ts";

export function threadsOf({ plan: { workers } }: { readonly plan: Plan }): number {
  return workers === "auto" ? 1 : workers;
}
