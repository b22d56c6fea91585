/** What fortio's own ways forbid, beside what it cannot do at all. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";
import type { JobLoad } from "../job.ts";
import { timeoutObjections } from "../run/timeout-rule.ts";
import { callsObjections } from "./calls.ts";

/** Fortio puts a fresh UUID in its place, in URL and payload. */
const UUID_TOKEN = "{uuid}";

export function fortioRules(plan: Plan, load: JobLoad): Objection[] {
  return [...callsObjections(plan, load), ...timeoutObjections("fortio", plan), ...tokens(plan)];
}

function tokens({ targets }: Plan): Objection[] {
  const [{ url, body = "" }] = targets;
  const parts = [
    ["url", decodeURI(url)],
    ["body", body],
  ] as const;
  return parts
    .filter(([, text]) => text.includes(UUID_TOKEN))
    .map(([key]) => ({
      path: ["targets", 0, key],
      message: `fortio puts a fresh UUID in place of ${UUID_TOKEN}`,
      nearest: `leave ${UUID_TOKEN} out`,
    }));
}
