/** Whether a generator can carry out a plan, and what to do where it cannot. */

import type { Plan } from "../plan/plan.ts";
import { parseArrivals } from "../plan/plan-load.ts";
import { type Path, PlanRefusal, spell } from "../plan/plan-place.ts";
import { parseStopCondition } from "../plan/stop-condition.ts";
import { parseThreshold, type Threshold } from "../plan/threshold.ts";
import type { Capabilities } from "./capabilities.ts";
import { needsOf } from "./feature.ts";

/** Why a generator cannot carry out a plan. */
export interface Objection {
  /** Of the plan that is asked for. */
  readonly path: Path;
  readonly message: string;
  /** The nearest plan that it can do. */
  readonly nearest: string;
}

/** A generator as far as a plan is judged: `rules` are those of its own arithmetic. */
export interface Candidate {
  readonly capabilities: Capabilities;
  readonly rules?: (plan: Plan) => readonly Objection[];
}

/** Everything that stands against `plan`; none: the generator can carry it out. */
export function objectionsTo(plan: Plan, { capabilities, rules }: Candidate): Objection[] {
  const { name, features } = capabilities;
  const lacking = needsOf(plan)
    .filter(({ feature }) => !features.includes(feature))
    .map(({ path, what, nearest }) => ({ path, message: `${name} cannot do ${what}`, nearest }));
  const objections = [
    ...protocolObjections(plan, capabilities),
    ...loadObjections(plan, capabilities),
    ...lacking,
    ...claimObjections(plan, capabilities),
  ];
  return objections.length > 0 ? objections : [...(rules?.(plan) ?? [])];
}

function protocolObjections({ protocol }: Plan, { name, protocols }: Capabilities): Objection[] {
  if (protocols.includes(protocol)) return [];
  const message = `${name} does not speak ${protocol}, found ${protocol}`;
  return [{ path: ["protocol"], message, nearest: `protocol: ${protocols.join(" or ")}` }];
}

function loadObjections({ load }: Plan, { name, models, arrivals }: Capabilities): Objection[] {
  if (!models.includes(load.model)) {
    const isOpen = load.model === "open";
    // The model follows from it, and it is what was written.
    const path = ["load", load.stages === undefined ? "rate" : "stages"];
    const nearest = isOpen ? "load.rate: max (closed loop)" : "give load.rate (open loop)";
    return [{ path, message: `${name} has no ${load.model} loop`, nearest }];
  }
  const { process } = parseArrivals(load.arrivals);
  if (load.model !== "open" || arrivals.includes(process)) return [];
  const message = `${name} has no ${process} arrivals, found ${load.arrivals}`;
  const nearest = `load.arrivals: ${arrivals.join(" or ")}`;
  return [{ path: ["load", "arrivals"], message, nearest }];
}

/** Claims about columns that the generator does not measure. */
function claimObjections(plan: Plan, capabilities: Capabilities): Objection[] {
  const thresholds = plan.thresholds.map((text) => parseThreshold(text));
  const conditions = plan.stopOn.map((text) => parseStopCondition(text).threshold);
  const inList = (list: string, claims: readonly Threshold[]) =>
    claims.flatMap((claim, index) => claimObjection([list, index], claim, capabilities));
  return [...inList("thresholds", thresholds), ...inList("stopOn", conditions)];
}

function claimObjection(path: Path, claim: Threshold, capabilities: Capabilities): Objection[] {
  const { name, columns } = capabilities;
  if (!("kind" in claim.metric)) return [];
  const { kind } = claim.metric;
  if ((columns as readonly string[]).includes(kind)) return [];
  const message = `${name} does not measure ${kind}, found "${claim.expr}"`;
  return [{ path, message, nearest: `name a column that it measures: ${columns.join(", ")}` }];
}

/**
 * Throws `bad-plan` for the first of the objections, with the nearest plan and the generators that
 * can carry out this one.
 */
export function refuseUnsuitable(
  plan: Plan,
  candidate: Candidate,
  others: readonly Candidate[],
): void {
  const [first, ...rest] = objectionsTo(plan, candidate);
  if (first === undefined) return;
  const able = others
    .filter((other) => objectionsTo(plan, other).length === 0)
    .map(({ capabilities }) => capabilities.name);
  const more =
    rest.length === 0 ? "" : ` (and ${rest.length} more: ${rest.map(spellOne).join("; ")})`;
  const who = able.length === 0 ? "no generator can do this plan" : `${able.join(", ")} can`;
  throw new PlanRefusal(
    `${spell(first.path)}: ${first.message}${more}`,
    first.path,
    `${first.nearest}; ${who}`,
  );
}

function spellOne({ path, message }: Objection): string {
  return `${spell(path)}: ${message}`;
}
