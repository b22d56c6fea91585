/** `nightjar plan check FILE`: the resolved plan with every default, as YAML that is itself a plan. */
import { redactPlan } from "@nightjar/core/plan.ts";
import { stringify } from "yaml";
import type { Screen } from "../outputs.ts";
import type { Flags } from "../plan-flags.ts";
import { readPlanInput } from "../plan-input.ts";

export function planCheck(source: string, flags: Flags, screen: Screen): void {
  const { plan } = readPlanInput(source, flags);
  screen.print(stringify(redactPlan(plan), { lineWidth: 0 }));
}
