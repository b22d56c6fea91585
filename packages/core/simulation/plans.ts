/** Plans of simulated runs. */
import { type Plan, resolvePlan } from "../plan/plan.ts";
import type { PlanDocument } from "../plan/plan-schema.ts";

type Load = NonNullable<PlanDocument["load"]>;

/** A resolved plan against a target that nobody will ever ask. */
export function planOf(load: Load, rest: Partial<PlanDocument> = {}): Plan {
  return resolvePlan({ targets: [{ url: "http://target.invalid/" }], ...rest, load });
}
