/**
 * The Result as a JSON document: one text for one Result, made to be read and to be compared line
 * by line.
 */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";

/** A second of the series, with the largest numbers that it has in practice. */
const LINE_COLUMNS = 140;
const INDENT = "  ";

/**
 * Pretty JSON in which whatever fits on a line stays on it: a second of the series is one line.
 * `before`: columns that the value's key has taken.
 */
function print(value: unknown, indent: string, before: number): string {
  const flat = flatten(value);
  if (!isContainer(value) || indent.length + before + flat.length <= LINE_COLUMNS) return flat;
  const inner = indent + INDENT;
  if (Array.isArray(value)) {
    const rows = value.map((member) => inner + print(member, inner, 0));
    return `[\n${rows.join(",\n")}\n${indent}]`;
  }
  const rows = membersOf(value).map(([key, member]) => {
    const name = `${JSON.stringify(key)}: `;
    return inner + name + print(member, inner, name.length);
  });
  return `{\n${rows.join(",\n")}\n${indent}}`;
}

function flatten(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatten).join(", ")}]`;
  if (!isContainer(value)) return JSON.stringify(value ?? null);
  const members = membersOf(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${flatten(member)}`,
  );
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function membersOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

/** Any JSON value, without a newline at its end. */
export function prettyJson(value: unknown): string {
  return print(value, "", 0);
}

/** Ends with a newline. */
export function jsonOf(result: ResultDocument | SideBySide): string {
  return `${print(result, "", 0)}\n`;
}
