/** What a plan says and SMP has no field for, as JSON: the inverse of `plan-options.ts`. */

import { isPemText } from "@nightjar/core/plan/pem-text.ts";
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { isMap } from "./smp-reader.ts";

type Tree = Record<string, unknown>;

/** Empty: SMP's own fields say it all. */
export function additionalOptionsOf(document: PlanDocument): string {
  const said = isResolved(document) ? withoutDefaults(document) : document;
  const rest = restOf(said, resolvePlan(document));
  return Object.keys(rest).length === 0 ? "" : JSON.stringify(rest);
}

/** Such as `plan check` prints: it says every default. */
function isResolved(document: PlanDocument): boolean {
  return textOf(document) === textOf(resolvePlan(document));
}

/** Members in the order of their names: a document may have them in any. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    isMap(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** Without each key that the plan would have anyway; those that follow from others come first. */
function withoutDefaults(document: PlanDocument): PlanDocument {
  const plan = textOf(resolvePlan(document));
  const keys = Object.keys(document).filter((key) => !SMP_KEYS.includes(key));
  return keys.reverse().reduce((least, key) => shrunk(least, [key], plan), document);
}

type Steps = readonly (string | number)[];

/** `plan`: what the document has to resolve to. Entries of lists stay in their places. */
function shrunk(document: PlanDocument, path: Steps, plan: string): PlanDocument {
  if (typeof path[path.length - 1] === "string") {
    const shorter = without(document, path);
    if (resolvesTo(shorter, plan)) return shorter;
  }
  const value = valueAt(document, path);
  const steps = Array.isArray(value) ? [...value.keys()] : isMap(value) ? Object.keys(value) : [];
  return steps
    .reverse()
    .reduce<PlanDocument>((least, step) => shrunk(least, [...path, step], plan), document);
}

function resolvesTo(document: PlanDocument, plan: string): boolean {
  try {
    return textOf(resolvePlan(document)) === plan;
  } catch {
    return false;
  }
}

function valueAt(document: unknown, path: Steps): unknown {
  let value = document;
  for (const step of path) value = (value as Record<string | number, unknown>)[step];
  return value;
}

function without(document: PlanDocument, path: Steps): PlanDocument {
  const copy = structuredClone(document);
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string, unknown>;
  delete parent[path[path.length - 1]];
  return copy;
}

/** What SMP says by fields of its own. */
const SMP_KEYS = ["name", "labels", "protocol", "duration", "generator"];
/** The loop follows from the rate: without one it is the closed loop. */
const SMP_LOAD = ["rate", "connections", "model"];

function restOf(document: PlanDocument, plan: Plan): Tree {
  const { load = {}, tls = {} } = document;
  const isInline = tls.caCert !== undefined && isPemText(tls.caCert);
  const targets = plan.targets.map((_, index) => ownOf(document, plan, index));
  return withoutEmpty({
    ...omit(document, SMP_KEYS),
    load: omit(load, SMP_LOAD),
    tls: isInline ? omit(tls, ["caCert"]) : tls,
    targets: targets.some((target) => Object.keys(target).length > 0) ? targets : [],
  });
}

/** A method that follows from the body is not said. */
function ownOf(document: PlanDocument, plan: Plan, index: number): Tree {
  const { method, body = "" } = plan.targets[index];
  const isNatural = method === (body === "" ? "GET" : "POST");
  const own = omit(document.targets[index], ["url", "headers", "body", "method"]);
  return isNatural ? own : { method, ...own };
}

function omit(map: object, keys: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

/** Maps and lists that are empty say nothing. */
function withoutEmpty(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).filter(([, value]) => {
      const isContainer = typeof value === "object" && value !== null;
      return value !== undefined && !(isContainer && Object.keys(value).length === 0);
    }),
  );
}
