/** Flags laid over the document of a plan: what is written on the command line wins. */
import type { OptionRow, PlanPath } from "./options/row.ts";
import { EVERY, keyOf } from "./options/row.ts";
import { PLAN_OPTIONS } from "./options/run.ts";
import { planEntry, refuseOption } from "./options/value.ts";

/** As commander gives them: only those that were written. */
export type Flags = Readonly<Record<string, unknown>>;

export type Tree = Record<string | number, unknown>;

/** What a flag has written into the plan. */
export interface FlagEntry {
  readonly row: OptionRow;
  readonly path: PlanPath;
  /** Of headers and labels: those that it named. */
  readonly names: readonly string[];
}

/** Changes `document`. Throws `bad-usage`. */
export function applyFlags(document: Tree, flags: Flags): FlagEntry[] {
  const entries: FlagEntry[] = [];
  for (const row of PLAN_OPTIONS) {
    const given = flags[keyOf(row)];
    if (given === undefined) continue;
    makeWay(document, flags, row);
    const { path: written, value } = planEntry(row, given);
    const names = isMap(value) ? Object.keys(value) : [];
    for (const path of everywhere(document, written)) {
      refuseTwice(entries, { row, path, names });
      setIn(document, path, structuredClone(value));
      entries.push({ row, path, names });
    }
  }
  return entries;
}

/** Two flags may write into the same map, but not the same header. */
function refuseTwice(before: readonly FlagEntry[], { row, path, names }: FlagEntry): void {
  for (const other of before.filter((entry) => isSamePath(entry.path, path))) {
    const name = names.find((one) => other.names.some((given) => isSameName(given, one)));
    if (name === undefined) continue;
    const hint = "leave one of them out";
    refuseOption(row, `${other.row.flag} gives the header "${name}" too`, hint);
  }
}

function isSamePath(a: PlanPath, b: PlanPath): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

/** Names of headers are the same in capitals. */
function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** What the flag replaces may stand in the plan's file, and not beside it. */
function makeWay(document: Tree, flags: Flags, { flag, replaces = [] }: OptionRow): void {
  for (const row of PLAN_OPTIONS.filter((other) => replaces.includes(other.flag))) {
    if (flags[keyOf(row)] !== undefined) {
      refuseOption(row, `${flag} says it, so the two do not go together`, "leave one of them out");
    }
    removeIn(document, row.path ?? []);
  }
}

function removeIn(tree: Tree, path: PlanPath): void {
  let at: unknown = tree;
  for (const step of path.slice(0, -1)) at = isMap(at) ? at[step] : undefined;
  if (isMap(at)) delete at[path[path.length - 1]];
}

/** `targets.*.method` → one path for each target that the document has, or the first. */
function everywhere(document: Tree, path: PlanPath): PlanPath[] {
  const at = path.indexOf(EVERY);
  if (at < 0) return [path];
  const list = document[path[0]];
  const length = Array.isArray(list) ? Math.max(list.length, 1) : 1;
  return Array.from({ length }, (_, index) => path.map((step) => (step === EVERY ? index : step)));
}

/** One of them: who writes one replaces what the file has. */
const BODIES: ReadonlySet<string | number> = new Set(["body", "bodyFile", "bodySize"]);

/** What stands in the way and is no map is left for the schema to refuse. */
function setIn(tree: Tree, path: PlanPath, value: unknown): void {
  let at = tree;
  for (const [index, step] of path.slice(0, -1).entries()) {
    at[step] ??= typeof path[index + 1] === "number" ? [] : {};
    if (typeof at[step] !== "object") return;
    at = at[step] as Tree;
  }
  const last = path[path.length - 1];
  if (BODIES.has(last)) for (const other of BODIES) delete at[other];
  at[last] = isMap(value) && isMap(at[last]) ? merged(last, at[last], value) : value;
}

/** The flag's header replaces the file's. */
function merged(key: string | number, before: object, flags: object): object {
  const isTaken = (name: string) => Object.keys(flags).some((other) => isSameName(name, other));
  const areHeaders = key === "headers" || key === "proxyHeaders";
  const kept = Object.entries(before).filter(([name]) => !areHeaders || !isTaken(name));
  return { ...Object.fromEntries(kept), ...flags };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
