/** A plan file, YAML or JSON → a document; faults are given with line and column. */
import { NightjarError } from "@nightjar/core/errors.ts";
import {
  type Alias,
  type Document,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import { readInput } from "./files.ts";
import type { PlanPath } from "./options/row.ts";

const MAX_PLAN_BYTES = 1024 * 1024;
/** Tab, line feed and carriage return are text; the other control characters are not. */
const NOT_TEXT = /(?![\t\n\r])\p{Cc}/u;

export interface PlanFile {
  readonly document: Record<string, unknown>;
  /** `FILE:LINE:COLUMN` of the deepest part of `path` that the file holds, or `FILE`. */
  placeOf(path: PlanPath): string;
}

/** Throws `bad-usage` for a file that cannot be read, `bad-plan` for what is no document. */
export function readPlanFile(path: string): PlanFile {
  const text = textOf(path, readInput(path, MAX_PLAN_BYTES));
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const fault = parsed.errors[0] ?? parsed.warnings[0];
  if (fault) refuse(placeAt(fault.pos[0]), wordsFor(fault, text));
  return {
    document: documentOf(parsed, path, placeAt),
    placeOf(steps) {
      const offset = offsetOf(parsed, steps);
      return offset === undefined ? path : placeAt(offset);
    },
  };
}

function refuse(where: string, message: string): never {
  throw new NightjarError("bad-plan", `${where}: ${message}`);
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!NOT_TEXT.test(text)) return text;
  } catch {
    // Said below, as for bytes that are UTF-8 by chance.
  }
  return refuse(path, "a plan is a text in UTF-8, and this file is not");
}

/** The parser's message, or a plainer one for what people get wrong most. */
function wordsFor({ code, message, pos }: YAMLError, text: string): string {
  if (code === "MULTIPLE_DOCS") return "a file holds one plan, found a second document";
  if (code === "TAB_AS_INDENT") return "YAML is indented by spaces, found a tab";
  if (code === "DUPLICATE_KEY") {
    const key = /^[^\s:]+/.exec(text.slice(pos[0]))?.[0] ?? "a key";
    return `${key} is given twice`;
  }
  return `not YAML: ${message}`;
}

function documentOf(
  parsed: Document.Parsed,
  path: string,
  placeAt: (offset: number) => string,
): Record<string, unknown> {
  visit(parsed, {
    Alias: (_, alias: Alias) => {
      if (alias.resolve(parsed)) return;
      refuse(placeAt(alias.range?.[0] ?? 0), `*${alias.source} names no anchor before it`);
    },
  });
  const document = toPlainValue(parsed, path);
  if (typeof document === "object" && document !== null && !Array.isArray(document)) {
    return document as Record<string, unknown>;
  }
  const found = parsed.contents === null ? "an empty file" : kindOf(document);
  return refuse(path, `a plan is a map of keys, like "targets:", found ${found}`);
}

/**
 * Anchors within anchors may stand for more than memory holds; the parser stops counting at 100.
 */
function toPlainValue(parsed: Document.Parsed, path: string): unknown {
  try {
    return parsed.toJS();
  } catch (error) {
    return refuse(path, error instanceof Error ? error.message : String(error));
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === null ? "nothing" : `a ${typeof value}`;
}

/** Where the deepest part of `path` that the file holds begins: its key, else its value. */
function offsetOf(parsed: Document.Parsed, path: PlanPath): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? parsed.contents : parsed.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const node = pair ? pair.key : parsed.getIn(path.slice(0, depth), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return range[0];
  }
  return undefined;
}
