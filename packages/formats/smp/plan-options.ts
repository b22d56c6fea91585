/**
 * `additional_options` of a client whose load generator is Nightjar: JSON with what a plan can say
 * and SMP cannot, such as `{"timeout": "2s", "thresholds": ["p99 < 50ms"]}`. Its `targets` are in
 * the order of the URLs.
 */
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { CLIENT_FIELDS } from "./smp-fields.ts";
import { isMap, nameOf, refuseMember, shownValue } from "./smp-reader.ts";

type Tree = Readonly<Record<string, unknown>>;

/** What SMP says by fields of its own (their current names), by the keys of a plan. */
const SAID_BY_SMP: Readonly<Record<string, string>> = {
  name: "name",
  labels: "labels",
  protocol: "protocol",
  duration: "duration",
  generator: "loadGenerator",
  "load.rate": "rps",
  "load.connections": "connections",
  "targets.url": "endpointUrls",
  "targets.headers": "headers",
  "targets.body": "body",
};

const FORM = 'a JSON map of keys of a plan is allowed, like {"timeout": "2s"}';

/** Empty text: nothing more is said. Throws `PlanRefusal` at `path`. */
export function planOptionsIn(text: string, path: Path): Tree {
  if (text.trim() === "") return {};
  const options = parseJson(text);
  if (!isMap(options)) {
    return refuseMember(path, `of nightjar ${FORM}, found ${shownValue(text)}`);
  }
  const shape = path.at(-1) === "additional_options" ? "classic" : "current";
  for (const key of keysIn(options)) {
    const field = SAID_BY_SMP[key];
    if (field === undefined) continue;
    const name = nameOf(field, CLIENT_FIELDS, shape);
    refuseMember(path, `${key} is said by ${name}, and not in options`, "leave it out here");
  }
  return options;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keysIn({ load, targets, ...rest }: Tree): string[] {
  const ofLoad = isMap(load) ? Object.keys(load).map((key) => `load.${key}`) : [];
  const ofTargets = (Array.isArray(targets) ? targets : [])
    .filter(isMap)
    .flatMap((target) => Object.keys(target).map((key) => `targets.${key}`));
  return [...Object.keys(rest), ...ofLoad, ...ofTargets];
}

/** `options` laid over `document`: maps are joined, targets one by one. Throws `PlanRefusal`. */
export function withPlanOptions(document: PlanDocument, options: Tree, path: Path): PlanDocument {
  const { targets, ...rest } = options;
  const joined: Record<string, unknown> = { ...document };
  for (const [key, value] of Object.entries(rest)) {
    const before = joined[key];
    joined[key] = isMap(before) && isMap(value) ? { ...before, ...value } : value;
  }
  if (targets !== undefined) joined.targets = joinTargets(document.targets, targets, path);
  return joined as PlanDocument;
}

function joinTargets(before: PlanDocument["targets"], options: unknown, path: Path): unknown[] {
  const wanted = before.length;
  if (!Array.isArray(options) || options.length !== wanted || !options.every(isMap)) {
    const what = `a map for each of the ${wanted} endpoint URLs is wanted in targets`;
    return refuseMember(path, `${what}, found ${shownValue(options)}`);
  }
  return before.map((target, index) => ({ ...target, ...options[index] }));
}
