/** What a shell may offer at each place of a command line, from the tables. */
import { COMMANDS, type CommandRow } from "../commands.ts";
import { isRepeatable, type OptionRow } from "../options/row.ts";
import { FORMATS } from "../outputs.ts";

/**
 * `none`: a switch; `free`: nobody can guess; `files`; `attached`: files behind an @; `outputs`: a
 * format, or files behind its =; else one of several words.
 */
export type Value =
  | { readonly kind: "none" | "free" | "files" | "attached" }
  | { readonly kind: "outputs" | "words"; readonly words: readonly string[] };

export interface OptionWords {
  readonly flag: string;
  /** Placeholder of the value. */
  readonly name: string;
  readonly help: string;
  readonly value: Value;
  readonly isRepeatable: boolean;
}

export interface CommandWords {
  /** `plan check`: both words. */
  readonly words: readonly string[];
  readonly help: string;
  readonly options: readonly OptionWords[];
  readonly argument: Value;
}

export interface FirstWord {
  readonly word: string;
  readonly help: string;
}

const HELP: OptionWords = {
  flag: "--help",
  name: "",
  help: "show help",
  value: { kind: "none" },
  isRepeatable: false,
};

function wordsFor({ value, choices }: OptionRow): Value {
  if (value === undefined) return { kind: "none" };
  if (choices) return { kind: "words", words: choices };
  if (value === "FORMAT[=FILE]") return { kind: "outputs", words: FORMATS };
  if (value.endsWith("@FILE")) return { kind: "attached" };
  return { kind: /FILE|PATH/.test(value) ? "files" : "free" };
}

function optionWords(row: OptionRow): OptionWords {
  return {
    flag: row.flag,
    name: row.value ?? "",
    help: row.help,
    value: wordsFor(row),
    isRepeatable: isRepeatable(row),
  };
}

function argumentOf({ argument }: CommandRow): Value {
  if (argument === undefined) return { kind: "none" };
  if (argument.choices) return { kind: "words", words: argument.choices };
  return { kind: "files" };
}

function commandWords(row: CommandRow): CommandWords {
  return {
    words: row.name.split(" "),
    help: row.help,
    options: [...row.options.map(optionWords), HELP],
    argument: argumentOf(row),
  };
}

/** Commands of one word, and `plan`, of which others begin. */
export function firstWords(): FirstWord[] {
  const words = new Map<string, string>();
  for (const { name, help } of COMMANDS) {
    const [first, second] = name.split(" ");
    if (second !== undefined && COMMANDS.some((row) => row.name === first)) continue;
    const before = words.get(first);
    const text = second === undefined ? help : `${second}: ${help}`;
    words.set(first, before === undefined ? text : `${before}; ${text}`);
  }
  words.set("help", "show the help of a command");
  return [...words].map(([word, help]) => ({ word, help }));
}

export function allCommands(): CommandWords[] {
  const names = COMMANDS.map(({ name }) => name.split(" ")[0]);
  const help: CommandWords = {
    words: ["help"],
    help: "show the help of a command",
    options: [HELP],
    argument: { kind: "words", words: [...new Set(names)] },
  };
  return [...COMMANDS.map(commandWords), help];
}

/** `plan` → check: nothing itself; `run` → collect: a command too, of another argument. */
export interface WordGroup {
  readonly first: string;
  readonly seconds: readonly string[];
  readonly isCommand: boolean;
}

export function wordGroups(): WordGroup[] {
  const pairs = COMMANDS.map(({ name }) => name.split(" ")).filter((words) => words.length > 1);
  const groups = Map.groupBy(pairs, ([first]) => first);
  return [...groups].map(([first, of]) => ({
    first,
    seconds: of.map(([, second]) => second),
    isCommand: COMMANDS.some(({ name }) => name === first),
  }));
}

/** In single quotes, as all three shells read them. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
