/** What wrk2's own ways forbid, beside what it cannot do at all. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { formatDuration, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";
import type { JobLoad } from "../job.ts";
import { templateObjections } from "../run/template-rule.ts";
import { threadsOf } from "../run/threads.ts";
import { timeoutObjections } from "../run/timeout-rule.ts";
import { threadObjections } from "../wrk/rules.ts";

/** After so long, and 5 ms for each connection of a thread, its histograms begin anew. */
const CALIBRATION_NS = 10 * SECOND_NS;
const STAGGER_NS = 5e6;

function calibratedNs(plan: Plan, { connections }: JobLoad): number {
  return CALIBRATION_NS + STAGGER_NS * Math.ceil(connections / threadsOf({ plan }));
}

export function wrk2Rules(plan: Plan, load: JobLoad): Objection[] {
  return [
    ...threadObjections("wrk2", plan, load),
    ...rateObjections(plan, load),
    ...durationObjections(plan, load),
    ...timeoutObjections("wrk2", plan),
    ...templateObjections("wrk2", plan),
  ];
}

function rateObjections(plan: Plan, { ratePerS }: JobLoad): Objection[] {
  const threads = threadsOf({ plan });
  if (Number.isInteger(ratePerS) && ratePerS >= threads) return [];
  const message = `wrk2 takes a whole rate, of one or more for each thread, found ${ratePerS}/s`;
  const nearest = `rate: ${Math.max(threads, Math.round(ratePerS))}`;
  return [{ path: ["load", "rate"], message, nearest }];
}

/** A run that ends sooner has the opening of its connections among its latencies. */
function durationObjections(plan: Plan, load: JobLoad): Objection[] {
  const { lengthNs } = load;
  const leastNs = (Math.floor(calibratedNs(plan, load) / SECOND_NS) + 1) * SECOND_NS;
  const isWhole = lengthNs % SECOND_NS === 0;
  if (isWhole && lengthNs >= leastNs) return [];
  const wholeNs = Math.max(leastNs, Math.ceil(lengthNs / SECOND_NS) * SECOND_NS);
  const message = isWhole
    ? `wrk2 records nothing of use before its calibration ends, after more than 10s`
    : `wrk2 takes whole seconds, found ${plan.duration}`;
  return [{ path: ["duration"], message, nearest: `duration: ${formatDuration(wholeNs)}` }];
}
