/** URL or plan file, and flags → the one resolved Plan and the files that it names. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Assets } from "@nightjar/core/load-generator.ts";
import { type Plan, resolvePlan } from "@nightjar/core/plan.ts";
import { LIMIT } from "@nightjar/core/plan-schema.ts";
import { readInput } from "./files.ts";
import { keyOf, planEntry, RUN_OPTIONS } from "./options.ts";
import { type PlanFile, readPlanFile } from "./plan-file.ts";

/** As commander gives them: only those that were written. */
export type Flags = Readonly<Record<string, unknown>>;

type Tree = Record<string | number, unknown>;

function setIn(tree: Tree, path: readonly (string | number)[], value: unknown): void {
  let at = tree;
  for (const [index, step] of path.slice(0, -1).entries()) {
    const wanted = typeof path[index + 1] === "number" ? [] : {};
    if (typeof at[step] !== "object" || at[step] === null) at[step] = wanted;
    at = at[step] as Tree;
  }
  const last = path[path.length - 1];
  const before = at[last];
  const both = isMap(value) && isMap(before);
  at[last] = both ? { ...before, ...value } : value;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function applyFlags(document: Tree, flags: Flags): void {
  for (const row of RUN_OPTIONS) {
    const given = flags[keyOf(row)];
    if (row.path && given !== undefined) setIn(document, ...planEntry(row, given));
  }
}

/** `source` is a URL (it holds `://`) or the name of a plan file. Throws `bad-usage` and `bad-plan`. */
export function planFromInput(source: string, flags: Flags): Plan {
  if (source.includes("://")) {
    const document: Tree = { targets: [{ url: source }] };
    applyFlags(document, flags);
    return resolvePlan(document);
  }
  if (looksLikeAddress(source)) {
    throw new NightjarError(
      "bad-usage",
      `"${source}" is neither a URL nor a file`,
      `did you mean http://${source}?`,
    );
  }
  return resolveFile(readPlanFile(source), flags);
}

function looksLikeAddress(source: string): boolean {
  return (
    /^(localhost|[\w-]+(\.[\w-]+)+)(:\d+)(\/|$)/.test(source) || /^localhost(\/|$)/.test(source)
  );
}

function resolveFile(file: PlanFile, flags: Flags): Plan {
  try {
    const document = structuredClone(file.document);
    applyFlags(document, flags);
    return resolvePlan(document);
  } catch (error) {
    throw file.locate(error);
  }
}

/** Reads the files that the plan names. Throws `bad-usage`. */
export function assetsOf(plan: Plan): Assets {
  const names = [plan.tls.caCert, ...plan.targets.map((target) => target.bodyFile)];
  const assets: Record<string, Uint8Array> = {};
  for (const name of names) {
    if (name !== undefined) assets[name] = readInput(name, LIMIT.bodyBytes);
  }
  const { caCert } = plan.tls;
  if (
    caCert !== undefined &&
    !new TextDecoder().decode(assets[caCert]).includes("-----BEGIN CERTIFICATE-----")
  ) {
    throw new NightjarError("bad-usage", `${caCert}: it holds no PEM certificate`);
  }
  return assets;
}
