/**
 * JSON text → a Result, or one sentence that says where it is wrong, what was found, and what is
 * allowed.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { RESULT_SCHEMA } from "@nightjar/core/result/result.ts";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";

type Path = readonly PropertyKey[];
type Parsed = ReturnType<typeof resultDocumentSchema.safeParse>;
type Issue = NonNullable<Parsed["error"]>["issues"][number];

const SHOWN_CHARACTERS = 60;

function refuse(message: string): never {
  throw new NightjarError("file", message, "a Result is what `--output json=FILE` writes");
}

function spell(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? String(step) : `.${String(step)}`;
  }
  return text === "" ? "the document" : text;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}

function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const step of path) value = isRecord(value) ? value[step] : undefined;
  return value;
}

/** The schema says "expected number, received string"; what was found we say ourselves. */
function allowedBy(issue: Issue): string {
  if (issue.code === "invalid_union") {
    return [...new Set(issue.errors.flat().map(allowedBy))].join(" or ");
  }
  if (issue.code === "invalid_type") return issue.expected;
  if (issue.code === "invalid_value") return issue.values.map((value) => show(value)).join(" or ");
  return issue.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Who has mistaken one document of ours for another. */
function explained(schema: unknown): string {
  const [, name, version] = /^nightjar\.(\w+)\/v(\d+)$/.exec(String(schema)) ?? [];
  if (name === "result") return `, of ${Number(version) > 1 ? "a newer" : "another"} Nightjar`;
  return name === "snapshots" ? ": it is what `--output jsonl` writes" : "";
}

function refuseSchema(document: unknown): void {
  if (!isRecord(document) || Array.isArray(document)) {
    refuse(`the document: allowed is a Result (an object), found ${show(document)}`);
  }
  if (document.schema !== RESULT_SCHEMA) {
    const found = `schema: allowed is "${RESULT_SCHEMA}", found ${show(document.schema)}`;
    refuse(`${found}${explained(document.schema)}`);
  }
}

/** Unknown keys are kept. Throws `file`. */
export function readResult(text: string): ResultDocument {
  const document = parseJson(text);
  refuseSchema(document);
  const parsed = resultDocumentSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const found = show(valueAt(document, issue.path));
  return refuse(`${spell(issue.path)}: allowed is ${allowedBy(issue)}, found ${found}`);
}
