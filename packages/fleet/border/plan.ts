/** A plan as somebody sends it: believed when it is one, and nothing but text and numbers. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";

/** Deeper than any plan. */
const MOST_DEPTH = 20;

/** Throws `bad-plan`. */
export function readPlan(document: unknown): Plan {
  if (!isPlain(document, 0)) throw new NightjarError("bad-plan", "that is no document");
  return resolvePlan(document);
}

/** As JSON has it: frames may hold more. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "bigint";
  if (depth > MOST_DEPTH || ArrayBuffer.isView(value)) return false;
  return Object.values(value).every((member) => isPlain(member, depth + 1));
}
