/**
 * JSON text → a document of ours, or one sentence that says where it is wrong, what was found, and
 * what is allowed.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { resultDocumentSchema } from "@nightjar/core/result/result-document.ts";

type Issue = NonNullable<
  ReturnType<typeof resultDocumentSchema.safeParse>["error"]
>["issues"][number];

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };

export interface DocumentKind<T> {
  /** `nightjar.result/v1` */
  readonly schemaName: string;
  readonly schema: { safeParse(document: unknown): Parsed<T> };
  /** What it is, as in "allowed is a Result". */
  readonly what: string;
  /** What writes it. */
  readonly hint: string;
  /** Said of another document of ours that was taken for one, behind what was found. */
  readonly mistaken: Readonly<Record<string, string>>;
}

type Path = readonly PropertyKey[];

const SHOWN_CHARACTERS = 60;

class Reading<T> {
  constructor(private readonly kind: DocumentKind<T>) {}

  read(text: string): T {
    const document = this.json(text);
    this.refuseOthers(document);
    const parsed = this.kind.schema.safeParse(document);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const found = show(valueAt(document, issue.path));
    return this.refuse(`${spell(issue.path)}: allowed is ${allowedBy(issue)}, found ${found}`);
  }

  private refuse(message: string): never {
    throw new NightjarError("file", message, this.kind.hint);
  }

  private json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      return this.refuse(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private refuseOthers(document: unknown): void {
    const { what, schemaName } = this.kind;
    if (!isRecord(document) || Array.isArray(document)) {
      this.refuse(`the document: allowed is ${what} (an object), found ${show(document)}`);
    }
    if (document.schema === schemaName) return;
    const found = `schema: allowed is "${schemaName}", found ${show(document.schema)}`;
    this.refuse(`${found}${this.explained(document.schema)}`);
  }

  /** Who has mistaken one document of ours for another. */
  private explained(schema: unknown): string {
    const spelled = /^nightjar\.([\w-]+)\/v(\d+)$/;
    const [, name = "", version] = spelled.exec(String(schema)) ?? [];
    const [, own] = spelled.exec(this.kind.schemaName) ?? [];
    if (name === own) return `, of ${Number(version) > 1 ? "a newer" : "another"} Nightjar`;
    return Object.hasOwn(this.kind.mistaken, name) ? `: ${this.kind.mistaken[name]}` : "";
  }
}

/** Unknown keys are kept. Throws `file`. */
export function readDocument<T>(text: string, kind: DocumentKind<T>): T {
  return new Reading(kind).read(text);
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
