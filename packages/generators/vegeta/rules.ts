/** What vegeta's own ways forbid, beside what it cannot do at all. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";
import type { JobLoad } from "../job.ts";
import { templateObjections } from "../run/template-rule.ts";
import { timeoutObjections } from "../run/timeout-rule.ts";

export function vegetaRules(plan: Plan, { closed }: JobLoad): Objection[] {
  return [
    ...timeoutObjections("vegeta", plan),
    ...templateObjections("vegeta", plan),
    ...(closed && plan.load.requests !== undefined
      ? [
          {
            path: ["load", "requests"],
            message: "vegeta ends a closed loop by time alone",
            nearest: "give a duration, or a rate",
          },
        ]
      : []),
  ];
}
