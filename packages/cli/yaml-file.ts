/** The text of a YAML or JSON file → its documents; faults are given with line and column. */
import { NightjarError } from "@nightjar/core/errors.ts";
import {
  type Alias,
  type Document,
  isMap,
  isScalar,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { PlanPath } from "./options/row.ts";

/** Tab, line feed and carriage return are text; the other control characters are not. */
const NOT_TEXT = /(?![\t\n\r])\p{Cc}/u;

export interface YamlDocument {
  readonly value: unknown;
  /** Nothing stands in it, not even `null`. */
  readonly isEmpty: boolean;
  /** `FILE:LINE:COLUMN` of the deepest part of `path` that the file holds, or `FILE`. */
  placeOf(path: PlanPath): string;
}

/** What is read, as refusals call it: "a plan". */
export interface YamlSource {
  readonly name: string;
  readonly what: string;
}

/** The one document of a file. Throws `bad-plan`. */
export function yamlDocumentIn(bytes: Uint8Array, source: YamlSource): YamlDocument {
  const lines = new LineCounter();
  const text = textOf(bytes, source);
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return documentOf(parsed, { ...source, text, lines });
}

/** All of them, which `---` parts. Throws `bad-plan`. */
export function yamlDocumentsIn(bytes: Uint8Array, source: YamlSource): YamlDocument[] {
  const lines = new LineCounter();
  const text = textOf(bytes, source);
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents = "empty" in parsed ? [] : parsed;
  return documents.map((document) => documentOf(document, { ...source, text, lines }));
}

interface Sheet extends YamlSource {
  readonly text: string;
  readonly lines: LineCounter;
}

function documentOf(parsed: Document.Parsed, sheet: Sheet): YamlDocument {
  const { name, text, what, lines } = sheet;
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const fault = parsed.errors[0] ?? parsed.warnings[0];
  if (fault) refuse(placeAt(fault.pos[0]), wordsFor(fault, text, what));
  refuseDanglingAlias(parsed, placeAt);
  return {
    value: toPlainValue(parsed, name),
    isEmpty: parsed.contents === null,
    placeOf(steps) {
      const offset = offsetOf(parsed, steps);
      return offset === undefined ? name : placeAt(offset);
    },
  };
}

function refuse(where: string, message: string): never {
  throw new NightjarError("bad-plan", `${where}: ${message}`);
}

function textOf(bytes: Uint8Array, { name, what }: YamlSource): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!NOT_TEXT.test(text)) return text;
  } catch {
    // Said below, as for bytes that are UTF-8 by chance.
  }
  return refuse(name, `${what} is a text in UTF-8, and this file is not`);
}

/** The parser's message, or a plainer one for what people get wrong most. */
function wordsFor({ code, message, pos }: YAMLError, text: string, what: string): string {
  if (code === "MULTIPLE_DOCS") {
    return `a file holds one ${what.replace(/^an? /, "")}, found a second document`;
  }
  if (code === "TAB_AS_INDENT") return "YAML is indented by spaces, found a tab";
  if (code === "DUPLICATE_KEY") {
    const key = /^[^\s:]+/.exec(text.slice(pos[0]))?.[0] ?? "a key";
    return `${key} is given twice`;
  }
  return `not YAML: ${message}`;
}

function refuseDanglingAlias(parsed: Document.Parsed, placeAt: (offset: number) => string): void {
  visit(parsed, {
    Alias: (_, alias: Alias) => {
      if (alias.resolve(parsed)) return;
      refuse(placeAt(alias.range?.[0] ?? 0), `*${alias.source} names no anchor before it`);
    },
  });
}

/**
 * Anchors within anchors may stand for more than memory holds; the parser stops counting at 100.
 */
function toPlainValue(parsed: Document.Parsed, name: string): unknown {
  try {
    return parsed.toJS();
  } catch (error) {
    return refuse(name, error instanceof Error ? error.message : String(error));
  }
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
