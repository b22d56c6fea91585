/** What was written behind an option → a checked value → its place in the plan. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import { isRepeatable, type OptionRow, type PlanPath } from "./row.ts";

const LONGEST_SHOWN = 60;

/** What was found, as a sentence quotes it. */
export function shown(text: string): string {
  const whole = JSON.stringify(text);
  return whole.length > LONGEST_SHOWN ? `${whole.slice(0, LONGEST_SHOWN - 2)}…"` : whole;
}

export function refuseOption(row: OptionRow, message: string, hint?: string): never {
  throw new NightjarError("bad-usage", `${row.flag}: ${message}`, hint);
}

/**
 * The option's value after `text` was read; `before`: what it had, if it was written already.
 * Throws `bad-usage`.
 */
export function valueAfter(row: OptionRow, text: string, before: unknown): string | string[] {
  if (text === "" && row.kind !== "body")
    refuseOption(row, `${row.value} is wanted, found nothing`);
  if (row.kind === "names") namesIn(row, text);
  else checkChoice(row, text);
  if (isRepeatable(row)) return [...((before as string[] | undefined) ?? []), text];
  if (before !== undefined)
    refuseOption(row, `given twice, ${shown(String(before))} and ${shown(text)}`);
  return text;
}

export function wholeNumber(row: OptionRow, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  const limit = most === Number.MAX_SAFE_INTEGER ? "" : ` up to ${most}`;
  const sign = /^[-+]\d/.test(text) ? " without a sign" : "";
  return refuseOption(row, `a whole number${limit}${sign} is wanted, found ${shown(text)}`);
}

/** What is after the name of a header may be a secret, so it is not repeated. */
function pairOf(row: OptionRow, text: string): [string, string] {
  const at = text.indexOf(row.kind === "header" ? ":" : "=");
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  const found = row.kind === "header" ? shown(text.split(/[\s=]/, 1)[0]) : shown(text);
  return refuseOption(row, `${row.value} is the form, found ${found}`);
}

/** Names of headers are the same in capitals. */
function sameName(row: OptionRow, name: string): string {
  return row.kind === "header" ? name.toLowerCase() : name;
}

/** `10s:0..1000,60s:1000`; what is wrong within a stage the plan's schema says. */
function stagesOf(row: OptionRow, text: string): { duration: string; rate: string | number }[] {
  return text.split(",").map((stage, index) => {
    const [duration, rate] = stage.split(/:(.*)/s).map((part) => part.trim());
    if (duration && rate) return { duration, rate: rateOf(rate) };
    const found = stage.trim() === "" ? "nothing" : shown(stage.trim());
    return refuseOption(row, `stage ${index + 1}: TIME:RATE is the form, found ${found}`);
  });
}

function rateOf(text: string): string | number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function partsOf(row: OptionRow, text: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.includes("")) refuseOption(row, `nothing between two commas, found ${shown(text)}`);
  const twice = parts.find((part, at) => parts.indexOf(part) !== at);
  if (twice !== undefined) refuseOption(row, `${shown(twice)} is given twice`);
  return parts;
}

/** The names of a `names` option, each one of its choices. Throws `bad-usage`. */
export function namesIn(row: OptionRow, text: string): string[] {
  const names = partsOf(row, text);
  for (const name of names) checkChoice(row, name);
  return names;
}

function checkChoice(row: OptionRow, text: string): void {
  if (!row.choices || row.choices.includes(text)) return;
  const near = didYouMean(text, row.choices);
  refuseOption(row, `one of ${row.choices.join(", ")} is wanted, found ${shown(text)}${near}`);
}

function pairsOf(row: OptionRow, texts: readonly string[]): Record<string, string> {
  const pairs = texts.map((text) => pairOf(row, text));
  const seen = new Set<string>();
  for (const [name] of pairs) {
    if (name === "__proto__") refuseOption(row, `${shown(name)} cannot be a name`);
    if (seen.has(sameName(row, name))) refuseOption(row, `${shown(name)} is given twice`);
    seen.add(sameName(row, name));
  }
  return Object.fromEntries(pairs);
}

export interface PlanEntry {
  readonly path: PlanPath;
  readonly value: unknown;
}

/**
 * What the option means for the plan. `given`: a text, or several of a repeatable option. Throws
 * `bad-usage`.
 */
export function planEntry(row: OptionRow, given: unknown): PlanEntry {
  const path = row.path ?? [];
  if (row.kind === "body") return bodyEntry(row, given as string);
  if (row.kind === "headerValue") return headerEntry(path, given as string);
  return { path, value: plainValue(row, given) };
}

function plainValue(row: OptionRow, given: unknown): unknown {
  switch (row.kind) {
    case "count":
      return wholeNumber(row, given as string);
    case "autoCount":
      return given === "auto" ? given : wholeNumber(row, given as string);
    case "onOff":
      return given === "on";
    case "rate":
      return rateOf(given as string);
    case "stages":
      return stagesOf(row, given as string);
    case "names":
      return namesIn(row, given as string)[0];
    case "addresses":
      return partsOf(row, given as string);
    case "header":
    case "label":
      return pairsOf(row, given as string[]);
    default:
      return given;
  }
}

function bodyEntry(row: OptionRow, text: string): PlanEntry {
  const path = row.path ?? [];
  if (!text.startsWith("@")) return { path, value: text };
  if (text === "@") refuseOption(row, "the name of a file is wanted after @, found nothing");
  return { path: [...path.slice(0, -1), "bodyFile"], value: text.slice(1) };
}

function headerEntry(path: PlanPath, text: string): PlanEntry {
  const name = path[path.length - 1];
  return { path: path.slice(0, -1), value: { [name]: text.trim() } };
}
