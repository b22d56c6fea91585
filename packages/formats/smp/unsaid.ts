/** What an SMP document leaves open, and what of Nightjar's defaults holds instead. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { isMap } from "./smp-reader.ts";

interface Planned {
  readonly document: PlanDocument;
  readonly plan: Plan;
}

/** `timeout 5s`; what does not hold for all, by client: `clients[1]: load.model closed, …`. */
export function defaultsOf(clients: readonly Planned[]): string[] {
  const lists = clients.map(({ document, plan }) => [...new Set(defaultsIn(plan, document, ""))]);
  const isCommon = (text: string) => lists.every((list) => list.includes(text));
  const common = lists[0].filter(isCommon);
  const own = lists.map((list) => list.filter((text) => !isCommon(text)).join(", "));
  const named = own.map((texts, index) => `clients[${index}]: ${texts}`);
  return [...common, ...named.filter((_, index) => own[index] !== "")];
}

/** Leaves of the plan that the document does not have. Empty lists and maps say nothing. */
function defaultsIn(value: unknown, said: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    const list = Array.isArray(said) ? said : [];
    return value.flatMap((entry, index) => defaultsIn(entry, list[index], `${path}[]`));
  }
  if (isMap(value)) {
    const map = isMap(said) ? said : {};
    return Object.entries(value).flatMap(([key, member]) =>
      defaultsIn(member, map[key], path === "" ? key : `${path}.${key}`),
    );
  }
  return said === undefined && value !== undefined ? [`${path} ${String(value)}`] : [];
}
