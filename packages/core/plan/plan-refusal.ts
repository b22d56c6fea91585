/** What is wrong with a plan document, in one sentence: where, what was found, what is allowed. */
import { z } from "zod";
import { type Path, PlanRefusal, spell } from "./plan-place.ts";
import { type ParsedDocument, planDocumentSchema } from "./plan-schema.ts";
import { didYouMean } from "./suggest.ts";

function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return value;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  if (text.length <= 60) return text;
  return Array.isArray(value) ? `a list of ${value.length}` : `${text.slice(0, 57)}…`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** What is wanted, in the words of people. `undefined`: the schema has its own. */
function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `${TYPE_WORDS[issue.expected] ?? issue.expected} is wanted`;
    case "invalid_value":
      return `${issue.values.map(String).join(" or ")} is wanted`;
    case "too_small":
      return issue.origin === "number" || issue.origin === "int"
        ? `at least ${issue.minimum} is wanted`
        : "it may not be empty";
    case "too_big":
      return `at most ${issue.maximum}${UNITS[issue.origin] ?? ""} is wanted`;
    default:
      return undefined;
  }
}

const UNITS: Readonly<Record<string, string>> = { string: " characters", array: " entries" };

/** The keys that the schema allows at `path`, by walking its JSON Schema. */
function allowedKeys(path: Path): string[] {
  let node = z.toJSONSchema(planDocumentSchema, { io: "input" }) as Record<string, unknown>;
  for (const step of path) {
    const properties = node.properties as Record<string, Record<string, unknown>> | undefined;
    const next = typeof step === "number" ? node.items : properties?.[String(step)];
    node = (next ?? {}) as Record<string, unknown>;
  }
  return Object.keys((node.properties as object | undefined) ?? {});
}

function refuseUnknownKey(path: Path, key: string): PlanRefusal {
  const allowed = allowedKeys(path);
  const where = path.length === 0 ? "" : ` in ${spell(path)}`;
  return new PlanRefusal(
    `unknown key "${key}"${where}${didYouMean(key, allowed)}`,
    [...path, key],
    `allowed: ${allowed.join(", ")}`,
  );
}

/** The deepest complaint of a union is the one about the branch that the writer meant. */
function plainest(issue: z.core.$ZodIssue): { message: string; path: Path } {
  if (issue.code === "invalid_key") return { message: issue.issues[0].message, path: issue.path };
  if (issue.code !== "invalid_union") return { message: issue.message, path: issue.path };
  const branches = issue.errors.flat();
  const specific = branches.find(
    (branch) => branch.code !== "invalid_type" && branch.code !== "invalid_value",
  );
  if (specific) return { message: specific.message, path: issue.path };
  return { message: branches.map((branch) => branch.message).join(", or "), path: issue.path };
}

const DISCREET = ["headers", "proxyHeaders"];

const QUOTES = "in YAML a text that begins with {{ stands in quotes";

/** `{{seq}}` without quotes is a map in a map to a reader of YAML. */
function isBareTemplate(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0].startsWith("{");
}

function refusalOf(issue: z.core.$ZodIssue, document: unknown): PlanRefusal {
  if (issue.code === "unrecognized_keys") return refuseUnknownKey(issue.path, issue.keys[0]);
  const { message, path } = plainest(issue);
  // The value of a header may be a secret.
  const isDiscreet = DISCREET.some((key) => path.includes(key));
  const found = isDiscreet ? "" : `, found ${show(valueAt(document, path))}`;
  const hint = isBareTemplate(valueAt(document, path)) ? QUOTES : undefined;
  return new PlanRefusal(`${spell(path)}: ${message}${found}`, path, hint);
}

/** Throws `PlanRefusal` for the first fault. */
export function parsePlanDocument(document: unknown): ParsedDocument {
  const parsed = planDocumentSchema.safeParse(document, { error: wordsFor });
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.find((issue) => issue.code === "unrecognized_keys");
  throw refusalOf(unknown ?? parsed.error.issues[0], document);
}
