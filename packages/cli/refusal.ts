/**
 * A refused plan, told to the person who wrote it: by the flag, or by file, line and column. A
 * refusal begins with the path of the fault, `load.rate: …`, and is of the code `bad-plan`.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { PlanRefusal } from "@nightjar/core/plan/plan-place.ts";
import type { PlanPath } from "./options/row.ts";
import type { FlagEntry } from "./plan-flags.ts";

interface Placed {
  /** `FILE:LINE:COLUMN`, or `FILE`. */
  placeOf(path: PlanPath): string;
  /** What the file calls it, where that is not as the plan does. */
  spellOf?(path: PlanPath): string | undefined;
}

const HEAD = /^([A-Za-z]\w*(?:\.[\w!#$%&'*+^`|~-]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*): /;
const STEP = /\[(\d+|"(?:[^"\\]|\\.)*")\]|[^.[\]]+/g;

/** `targets[0].url` → targets, 0, url */
function pathIn(head: string): PlanPath {
  return Array.from(head.matchAll(STEP), ([step, key]) =>
    key === undefined ? step : (JSON.parse(key) as string | number),
  );
}

function pathOf(error: NightjarError): PlanPath {
  if (error instanceof PlanRefusal) return error.path as PlanPath;
  return pathIn(HEAD.exec(error.message)?.[1] ?? "");
}

function isWithin(path: PlanPath, outer: PlanPath): boolean {
  return outer.length <= path.length && outer.every((step, index) => step === path[index]);
}

/** Maps are laid over the file's, so the flag is at fault only for the names that it wrote. */
function isAtFault({ path: own, names }: FlagEntry, path: PlanPath, message: string): boolean {
  if (!isWithin(path, own)) return false;
  if (names.length === 0) return true;
  return names.some((name) => path[own.length] === name || message.includes(`"${name}"`));
}

/** The value of a header may be a secret. */
function discreet(message: string, path: PlanPath): string {
  return path.includes("headers") ? message.replace(/, found .*$/s, "") : message;
}

/**
 * The same refusal with its place; anything else as it is. `file`: absent where the plan is a URL.
 */
export function located(
  error: unknown,
  flags: readonly FlagEntry[],
  file: Placed | undefined,
): unknown {
  if (!(error instanceof NightjarError) || error.code !== "bad-plan") return error;
  const path = pathOf(error);
  const message = discreet(error.message, path);
  const flag = flags.find((entry) => isAtFault(entry, path, message));
  return new NightjarError("bad-plan", placed(message, path, flag, file), error.hint);
}

/** Behind one flag stand several stages, counted as people do, or headers. */
function partIn({ row, path: own }: FlagEntry, path: PlanPath): string {
  const step = path[own.length];
  if (step === undefined) return "";
  if (row.kind === "stages") return `stage ${Number(step) + 1}: `;
  return row.kind === "header" ? `${JSON.stringify(step)}: ` : "";
}

function placed(
  message: string,
  path: PlanPath,
  flag: FlagEntry | undefined,
  file: Placed | undefined,
): string {
  const rest = message.replace(HEAD, "");
  if (flag) return `${flag.row.flag}: ${partIn(flag, path)}${rest}`;
  if (file) {
    const spelt = file.spellOf?.(path);
    return `${file.placeOf(path)}: ${spelt === undefined ? message : `${spelt}: ${rest}`}`;
  }
  return isWithin(path, ["targets", 0, "url"]) ? `the URL: ${rest}` : message;
}
