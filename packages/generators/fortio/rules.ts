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
 * Calls are logged up to this rate, and not in the closed loop. Each line is a write of its own
 * under one lock: 4 µs of the 14 µs that a call takes as fast as fortio can. At 10,000/s the median
 * grew from 0.25 to 0.28 ms by it, at 20,000/s from 0.27 to 0.41 ms (`bun bench/drivers.ts`, one
 * nginx on the same 2 cores).
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
