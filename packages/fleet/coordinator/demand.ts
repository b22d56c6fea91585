/** Demand: how many agents a run wants, and of which labels. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { STORE } from "../limits.ts";
import type { Heartbeat } from "../messages.ts";

/** `--agents 8` is one without a label; `zone=eu:4,zone=us:4` are two. */
export interface Demand {
  readonly label?: { readonly name: string; readonly value: string };
  readonly count: number;
}

const WHOLE = /^\d+$/;
const LABELLED = /^([^=:,]+)=([^=:,]*):(\d+)$/;

/** Throws `bad-usage`. */
export function parseDemands(text: string): Demand[] {
  const demands = text.split(",").map((part) => demandOf(part.trim(), text));
  const total = demands.reduce((sum, { count }) => sum + count, 0);
  if (total < 1 || total > STORE.agents) refuse(text, `1 to ${STORE.agents} agents in all`);
  return demands;
}

function demandOf(part: string, whole: string): Demand {
  if (WHOLE.test(part)) return { count: Number(part) };
  const found = LABELLED.exec(part);
  if (found === null) refuse(whole, "a number, or LABEL=VALUE:NUMBER,…");
  const [, name, value, count] = found;
  return { label: { name, value }, count: Number(count) };
}

function refuse(found: string, wanted: string): never {
  throw new NightjarError(
    "bad-usage",
    `--agents: ${wanted} is wanted, found "${found}"`,
    "for example --agents 8, or --agents zone=eu:4,zone=us:4",
  );
}

export function spell({ label, count }: Demand): string {
  const agents = count === 1 ? "1 agent" : `${count} agents`;
  return label === undefined ? agents : `${agents} with ${label.name}=${label.value}`;
}

export interface Choice {
  /** In the order in which they are claimed, the same for every coordinator. */
  readonly chosen: readonly Heartbeat[];
  /** Demands that the idle agents do not fill, in words; empty: all are met. */
  readonly missing: readonly string[];
}

/** `taken`: those that would not be claimed. What asks for a label chooses first. */
export function choose(
  demands: readonly Demand[],
  present: readonly Heartbeat[],
  taken: ReadonlySet<string> = new Set(),
): Choice {
  const idle = present
    .filter(({ state, facts }) => state.is === "idle" && !taken.has(facts.id))
    .sort((a, b) => order(a, b));
  const chosen = new Set<Heartbeat>();
  const missing: string[] = [];
  for (const demand of [...demands].sort((a, b) => Number(!a.label) - Number(!b.label))) {
    const fitting = idle.filter((one) => !chosen.has(one) && fits(one, demand));
    for (const one of fitting.slice(0, demand.count)) chosen.add(one);
    if (fitting.length < demand.count) missing.push(missingOf(demand, fitting.length, present));
  }
  return { chosen: [...chosen].sort(order), missing };
}

function order(a: Heartbeat, b: Heartbeat): number {
  const [one, other] = [a, b].map(({ facts }) => `${facts.name}\0${facts.id}`);
  return one < other ? -1 : Number(one > other);
}

function fits({ facts }: Heartbeat, { label }: Demand): boolean {
  return label === undefined || facts.labels[label.name] === label.value;
}

function missingOf(demand: Demand, found: number, present: readonly Heartbeat[]): string {
  const fitting = present.filter((one) => fits(one, demand));
  const busy = fitting.flatMap(({ facts, state }) =>
    state.is === "busy"
      ? [`${facts.name} is busy with run ${state.runId} of ${state.coordinator}`]
      : [],
  );
  const others = busy.slice(0, 3).join("; ");
  const more = busy.length > 3 ? `; ${busy.length - 3} more are busy` : "";
  const said = busy.length === 0 ? "" : ` (${others}${more})`;
  return `${spell(demand)} wanted, ${found} idle${said}`;
}
