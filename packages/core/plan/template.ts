/**
 * Templates: `{{seq}}` and the like in a text of the plan, which is cut before the run:
 *
 *     /cart/{{seq}}?q={{{{x   →   "/cart/"  {{seq}}  "?q={{x"
 */
import { type Path, refuseAt } from "./plan-place.ts";
import { didYouMean } from "./suggest.ts";

export type Template =
  | { readonly kind: "uuid" | "seq" }
  | { readonly kind: "randInt"; readonly min: number; readonly max: number }
  | { readonly kind: "env"; readonly name: string };

/** A template where it stands. */
export interface Hole {
  /** With its braces, as it was written. */
  readonly source: string;
  /** In the text. */
  readonly at: number;
  readonly template: Template;
}

export type Segment = string | Hole;

/** Where a text stands. `isSecret`: nothing of it is repeated. */
export interface TextPlace {
  readonly path: Path;
  readonly isSecret?: boolean;
}

const OPEN = "{{";
const CLOSE = "}}";
const KINDS = ["uuid", "seq", "randInt", "env"] as const;
const ALLOWED =
  "allowed: {{uuid}}, {{seq}}, {{randInt MIN MAX}}, {{env NAME}}; {{{{ stands for two braces";
/** So many different numbers are drawn evenly from 53 bits. */
const MOST_NUMBERS = 2 ** 53;
const LONGEST_SHOWN = 40;

/** The segments of `text`, none of them empty. Throws `PlanRefusal`. */
export function parseTemplates(text: string, place: TextPlace): Segment[] {
  const segments: Segment[] = [];
  let literal = "";
  let from = 0;
  for (let at = text.indexOf(OPEN); at >= 0; at = text.indexOf(OPEN, from)) {
    literal += text.slice(from, at);
    if (text.startsWith(OPEN, at + OPEN.length)) {
      literal += OPEN;
      from = at + 2 * OPEN.length;
      continue;
    }
    const hole = holeAt(text, at, place);
    if (literal !== "") segments.push(literal);
    segments.push(hole);
    literal = "";
    from = at + hole.source.length;
  }
  literal += text.slice(from);
  return literal === "" ? segments : [...segments, literal];
}

/** `literal` as it is written where templates may stand. */
export function escapeBraces(literal: string): string {
  return literal.replaceAll(OPEN, OPEN + OPEN);
}

export function holesOf(segments: readonly Segment[]): Hole[] {
  return segments.filter((segment) => typeof segment !== "string");
}

function holeAt(text: string, at: number, place: TextPlace): Hole {
  const end = text.indexOf(CLOSE, at);
  const refuse = (message: string) => refuseTemplate(text, at, place, message);
  if (end < 0) return refuse("{{ is not closed by }}");
  const inner = text.slice(at + OPEN.length, end);
  const [name, ...words] = inner.trim().split(/\s+/);
  const read = READERS.get(name);
  if (!read) {
    const found = place.isSecret ? "what stands in the braces" : shown(name);
    return refuse(`${found} is no template${didYouMean(name, KINDS)}`);
  }
  const template = read(words);
  if (typeof template === "string") return refuse(template);
  return { source: text.slice(at, end + CLOSE.length), at, template };
}

/** Throws `PlanRefusal` for what stands at the place `at` of `text`. */
export function refuseTemplate(
  text: string,
  at: number,
  { path }: TextPlace,
  message: string,
  hint = ALLOWED,
): never {
  const before = text.slice(0, at).split("\n");
  const line = text.includes("\n") ? `line ${before.length}, ` : "";
  refuseAt(path, `${line}column ${before[before.length - 1].length + 1}: ${message}`, hint);
}

function shown(text: string): string {
  const whole = JSON.stringify(text);
  return whole.length > LONGEST_SHOWN ? `${whole.slice(0, LONGEST_SHOWN - 2)}…"` : whole;
}

/** The template with these arguments, or what is wrong with them. */
type Read = (words: readonly string[]) => Template | string;

const bare = (kind: "uuid" | "seq"): Read => {
  return (words) => (words.length === 0 ? { kind } : `${kind} is written without arguments`);
};

const READERS = new Map<string, Read>([
  ["uuid", bare("uuid")],
  ["seq", bare("seq")],
  ["randInt", readRandInt],
  ["env", readEnv],
]);

function readRandInt(words: readonly string[]): Template | string {
  const [min, max] = words.map(Number);
  if (words.length !== 2 || !words.every((word) => /^-?\d+$/.test(word))) {
    return "randInt takes two whole numbers, like {{randInt 1 100}}";
  }
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max)) {
    return `randInt goes from ${-Number.MAX_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER} at most`;
  }
  if (min > max) return `randInt takes the least number first, and ${min} is above ${max}`;
  if (max - min >= MOST_NUMBERS) return "randInt draws from at most 2^53 numbers";
  return { kind: "randInt", min, max };
}

function readEnv(words: readonly string[]): Template | string {
  const [name = ""] = words;
  const isName = words.length === 1 && /^[A-Za-z_]\w{0,199}$/.test(name);
  return isName
    ? { kind: "env", name }
    : "env takes the name of one environment variable, like {{env TOKEN}}";
}
