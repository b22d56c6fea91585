/** `nightjar plan check FILE`: the resolved plan with every default, as YAML that is itself a plan. */

import { redactPlan } from "@nightjar/core/plan.ts";
import { stringify } from "yaml";
import type { Screen } from "../outputs.ts";
import { assetsOf, type Flags, planFromInput } from "../plan-input.ts";

export function planCheck(source: string, flags: Flags, screen: Screen): void {
  const plan = planFromInput(source, flags);
  assetsOf(plan);
  screen.print(stringify(redactPlan(plan)));
}
