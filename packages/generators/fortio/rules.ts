/** What fortio's own ways forbid, beside what it cannot do at all. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { type Feature, needsOf } from "@nightjar/core/run/feature.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";
import type { JobLoad } from "../job.ts";
import { timeoutObjections } from "../run/timeout-rule.ts";
import { callsObjections } from "./calls.ts";

/** Fortio puts a fresh UUID in its place, in URL and payload. */
const UUID_TOKEN = "{uuid}";

/**
 * Calls are logged up to this rate, and not in the closed loop: each line is a write of its own
 * under one lock.
 */
const LOGGED_RATE_PER_S = 10_000;

/** What takes the log of calls. */
export const LOGGED_FEATURES: readonly Feature[] = ["warmup", "stop-on"];

/** Whether each call is told of; else there are buckets at the end. */
export function logsCalls({ load }: Plan): boolean {
  return load.rate !== "max" && load.rate <= LOGGED_RATE_PER_S;
}

export function fortioRules(plan: Plan, load: JobLoad): Objection[] {
  return [
    ...callsObjections(plan, load),
    ...timeoutObjections("fortio", plan),
    ...tokens(plan),
    ...unlogged(plan),
  ];
}

function unlogged(plan: Plan): Objection[] {
  if (logsCalls(plan)) return [];
  const most = `above ${LOGGED_RATE_PER_S}/s, and in the closed loop, fortio tells no call's time`;
  return needsOf(plan)
    .filter(({ feature }) => LOGGED_FEATURES.includes(feature))
    .map(({ path, what, nearest }) => ({
      path,
      message: `${most}: it cannot do ${what}`,
      nearest,
    }));
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
