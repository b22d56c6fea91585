/**
 * A row of the options table: everything that the parser, `--help` and `docs/cli.md` say of one
 * option.
 */

export type Group =
  | "Target"
  | "Load"
  | "Limits"
  | "Connections"
  | "Generator"
  | "TLS"
  | "Checks"
  | "Judgement"
  | "Output"
  | "Fleet"
  | "Agent"
  | "Server"
  | "Documents";

/**
 * `names`: several with commas between them, of which a plan holds one; `addresses`: all of them;
 * `word`: as it is; `count`: a whole number; `headerValue`: of the header that its path ends with;
 * the others say what they are, or how several become one value.
 */
export type ValueKind =
  | "word"
  | "count"
  | "autoCount"
  | "rate"
  | "stages"
  | "flag"
  | "onOff"
  | "list"
  | "header"
  | "headerValue"
  | "label"
  | "names"
  | "addresses"
  | "body";

/** Steps into the plan's document. */
export type PlanPath = readonly (string | number)[];

/** In the path of an option: each entry of the list. */
export const EVERY = "*";

export interface OptionRow {
  readonly flag: string;
  /** Placeholder of the value; absent for switches. */
  readonly value?: string;
  readonly group: Group;
  readonly kind: ValueKind;
  readonly help: string;
  readonly choices?: readonly string[];
  /** Shown in help; the plan's schema is what applies it. */
  readonly default?: string;
  readonly example?: string;
  /** Where its value goes in the plan; absent: concerns the command alone. */
  readonly path?: PlanPath;
  /** Flags that say the same in another way: refused beside it, and gone from the plan's file. */
  readonly replaces?: readonly string[];
  /** The test that fails without it, below `packages/cli`. */
  readonly proof: string;
}

const REPEATABLE: ReadonlySet<ValueKind> = new Set(["list", "header", "label"]);

export function isRepeatable(row: OptionRow): boolean {
  return REPEATABLE.has(row.kind);
}

/** `--connect-timeout` → `connectTimeout`, as commander names it; `--no-color` → `color`. */
export function keyOf(row: OptionRow): string {
  const name = row.flag.replace(/^--(no-)?/, "");
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `--rate <RATE>` */
export function usageOf(row: OptionRow): string {
  return row.value === undefined ? row.flag : `${row.flag} <${row.value}>`;
}
