/**
 * Check: what an answer must be beside its status, to count as ok. The grammar of a plan's
 * `checks`, and the sentences about answers that fail them.
 *
 *     x-cache              the header is there            contains:TEXT   in the body, as UTF-8
 *     x-cache: HIT         one of its values is that      regex:REGEX     matches in the body
 *     x-cache: ~^H         one of its values matches      size:>=100      bytes of the body
 */

import { Pattern, PatternFault } from "../pattern/pattern.ts";
import { speaksOfSecret } from "./header-secrecy.ts";
import { HEADER_NAME, HEADER_VALUE } from "./plan-limits.ts";
import { refuse } from "./plan-load.ts";
import type { ParsedDocument } from "./plan-schema.ts";
import { didYouMean } from "./suggest.ts";

/** `name` in lower case. Header values are Latin-1. */
export type HeaderCheck = { readonly name: string } & (
  | { readonly kind: "present" }
  | { readonly kind: "equals"; readonly value: string }
  | { readonly kind: "matches"; readonly pattern: Pattern }
);

export type BodyCheck =
  | { readonly kind: "contains"; readonly text: string }
  | { readonly kind: "regex"; readonly pattern: Pattern }
  | { readonly kind: "size"; readonly operator: SizeOperator; readonly bytes: number };
export type SizeOperator = "" | ">=" | "<=";

/** In the order in which an answer is judged: headers, then body. */
export interface Checks {
  /** By status code: 1 where it counts as ok. */
  readonly okStatus: Uint8Array;
  readonly headers: readonly HeaderCheck[];
  readonly body: readonly BodyCheck[];
}

/** What an answer with an ok status is counted under when it fails a check. */
export const CHECK_KINDS = ["check-header", "check-body"] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];

/** Throws `bad-plan` with the place and what is allowed. */
export function parseChecks(checks: ParsedDocument["checks"]): Checks {
  return {
    okStatus: parseStatuses(checks.status),
    headers: checks.headers.map((text, index) => parseHeader(text, `checks.headers[${index}]`)),
    body: checks.body.map((text, index) => parseBody(text, `checks.body[${index}]`)),
  };
}

const STATUSES = 600;

function parseStatuses(text: string): Uint8Array {
  const ok = new Uint8Array(STATUSES);
  for (const part of text.split(",")) {
    const [from, to = from] = part.split("-").map(Number);
    if (from > to) {
      refuse("checks.status", `a range goes upwards, found ${part}`, `write ${to}-${from}`);
    }
    ok.fill(1, from, to + 1);
  }
  return ok;
}

const HEADER_FORMS = "allowed: NAME, NAME: VALUE, NAME: ~REGEX";

/** Its value may be a secret, so it is not repeated. */
function parseHeader(text: string, where: string): HeaderCheck {
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)).trim().toLowerCase();
  if (!HEADER_NAME.test(name)) {
    const found = colon < 0 ? JSON.stringify(name) : `${JSON.stringify(name)} before the colon`;
    refuse(where, `${found} is not the name of a header`, HEADER_FORMS);
  }
  if (colon < 0) return { name, kind: "present" };
  const value = text.slice(colon + 1).trim();
  if (value.startsWith("~")) {
    return { name, kind: "matches", pattern: parsePattern(value.slice(1), "latin1", where) };
  }
  if (!HEADER_VALUE.test(value)) {
    refuse(where, `the value for "${name}" is more than a header can hold`, "Latin-1 in one line");
  }
  return { name, kind: "equals", value };
}

const BODY_KINDS = ["contains", "regex", "size"];
const BODY_FORMS = "allowed: contains:TEXT, regex:REGEX, size:N, size:>=N, size:<=N";

function parseBody(text: string, where: string): BodyCheck {
  const colon = text.indexOf(":");
  const kind = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? "" : text.slice(colon + 1);
  if (!BODY_KINDS.includes(kind)) {
    const unknown = `unknown check ${JSON.stringify(kind.slice(0, 40))}`;
    refuse(where, `${unknown}${didYouMean(kind, BODY_KINDS)}`, BODY_FORMS);
  }
  if (rest === "") refuse(where, `nothing stands behind ${kind}:`, BODY_FORMS);
  if (kind === "contains") return { kind, text: rest };
  if (kind === "regex") return { kind, pattern: parsePattern(rest, "utf8", where) };
  return parseSize(rest, where);
}

function parseSize(text: string, where: string): BodyCheck {
  const [, operator, digits] = /^\s*(>=|<=|)\s*(\d{1,15})\s*$/.exec(text) ?? [];
  if (digits === undefined) {
    refuse(where, `a size is N, >=N or <=N bytes, found ${JSON.stringify(text.slice(0, 40))}`);
  }
  return { kind: "size", operator: operator as SizeOperator, bytes: Number(digits) };
}

const PATTERN_HINT =
  "JavaScript's regular expressions, without (?=…), back references, \\p{…} and (?m:…)";

function parsePattern(source: string, encoding: "utf8" | "latin1", where: string): Pattern {
  if (source === "") refuse(where, "the regex is empty, so it would match anything");
  try {
    return new Pattern(source, encoding);
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    return refuse(where, `not a regex: ${error.message}`, PATTERN_HINT);
  }
}

const LONGEST_QUOTE = 60;

function quoted(text: string): string {
  const shown = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 1)}…` : text;
  return JSON.stringify(shown);
}

function slashed({ source }: Pattern): string {
  return source.length > LONGEST_QUOTE ? `/${source.slice(0, LONGEST_QUOTE)}…/` : `/${source}/`;
}

/** `found`: the first value of that name, or its beginning; `undefined`: there was none. */
export function headerFault(check: HeaderCheck, found: string | undefined): string {
  const { name } = check;
  const is = `header "${name}" is`;
  if (found === undefined || check.kind === "present") return `${is} missing`;
  if (speaksOfSecret(name)) return `${is} not what the check wants`;
  if (check.kind === "equals") return `${is} ${quoted(found)}, not ${quoted(check.value)}`;
  return `${is} ${quoted(found)}, which does not match ${slashed(check.pattern)}`;
}

const SIZE_WORDS = { "": "not", ">=": "less than", "<=": "more than" } as const;

/** Says nothing of what is in the body: it may be a secret. */
export function bodyFault(check: BodyCheck, bodyBytes: number): string {
  const body = `body of ${bodyBytes} bytes`;
  if (check.kind === "contains") return `${body} does not contain ${quoted(check.text)}`;
  if (check.kind === "regex") return `${body} does not match ${slashed(check.pattern)}`;
  return `${body} is ${SIZE_WORDS[check.operator]} ${check.bytes}`;
}
