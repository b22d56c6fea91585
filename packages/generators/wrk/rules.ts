/** What the ways of wrk and wrk2 forbid, beside what they cannot do at all. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";
import type { JobLoad } from "../job.ts";
import { templateObjections } from "../run/template-rule.ts";
import { threadsOf } from "../run/threads.ts";
import { timeoutObjections } from "../run/timeout-rule.ts";

/** wrk has a counter of 8 bytes for each microsecond up to its timeout. */
const MAX_TIMEOUT_NS = 60 * SECOND_NS;

export function wrkRules(plan: Plan, load: JobLoad): Objection[] {
  return [
    ...threadObjections("wrk", plan, load),
    ...timeoutObjections("wrk", plan),
    ...templateObjections("wrk", plan),
    ...(load.timeoutNs > MAX_TIMEOUT_NS
      ? [{ path: ["timeout"], message: "wrk waits for 60s at most", nearest: "timeout: 60s" }]
      : []),
  ];
}

/** Those that do not divide are not opened. */
export function threadObjections(name: string, plan: Plan, { connections }: JobLoad): Objection[] {
  const threads = threadsOf({ plan });
  if (connections % threads === 0) return [];
  const opened = Math.floor(connections / threads) * threads;
  const wanted = opened === 0 ? threads : opened;
  return [
    {
      path: ["load", "connections"],
      message: `${name} opens ${opened} of ${connections} connections with ${threads} threads`,
      nearest: `connections: ${wanted} (or workers: auto)`,
    },
  ];
}
