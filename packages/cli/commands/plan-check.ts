/**
 * `nightjar plan check FILE`: the resolved plan with every default, as YAML that is itself a plan.
 */
import { type Plan, redactPlan } from "@nightjar/core/plan/plan.ts";
import { planDocumentSchema } from "@nightjar/core/plan/plan-schema.ts";
import { stringify } from "yaml";
import type { Screen } from "../outputs.ts";
import type { Flags } from "../plan-flags.ts";
import { readPlanInput } from "../plan-input.ts";

export function planCheck(source: string, flags: Flags, screen: Screen): void {
  const { plan } = readPlanInput(source, flags);
  screen.print(yamlOf(redactPlan(plan)));
}

/** Keys in the order of the schema, whoever wrote them. */
function yamlOf(plan: Plan): string {
  const keys = Object.keys(planDocumentSchema.shape) as (keyof Plan)[];
  const ordered = keys.flatMap((key) => (plan[key] === undefined ? [] : [[key, plan[key]]]));
  return stringify(Object.fromEntries(ordered), { lineWidth: 0 });
}
