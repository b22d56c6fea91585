/** Help: of the program, and of each command; made from the tables of commands and options. */
import { VERSION } from "@nightjar/core/version.ts";
import { prose } from "@nightjar/formats/human/flow.ts";
import { EMPTY, type Line, line, render } from "@nightjar/formats/human/line.ts";
import { COMMANDS, type CommandRow } from "../commands.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { type OptionRow, usageOf } from "../options/row.ts";
import { type Entry, listed, tablesOf } from "./columns.ts";

/** Longer lines are hard to read. */
const WIDEST = 120;
const ABOUT =
  "load testing that can be trusted. Every exchange has a due time, and nothing is left out.";
const HELP_COMMAND: Omit<CommandRow, "options" | "examples"> = {
  name: "help",
  group: "Nightjar itself",
  help: "show the options of a command, their defaults, and examples",
  argument: { name: "command", help: "run, plan check, …" },
};
const FIRST_STEPS = [
  "nightjar demo",
  "nightjar run http://localhost:8080/ --rate 2000 --duration 1m",
  "nightjar help run",
] as const;

export interface HelpStyle {
  readonly columns: number;
  readonly color: boolean;
}

interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
}

function sectionsOf<T>(
  rows: readonly T[],
  titleOf: (row: T) => string,
  entryOf: (row: T) => Entry,
): Section[] {
  const groups = Map.groupBy(rows, titleOf);
  return [...groups].map(([title, of]) => ({ title, entries: of.map(entryOf) }));
}

function drawn(sections: readonly Section[], width: number): Line[] {
  const tables = tablesOf(
    sections.map(({ entries }) => entries),
    width,
  );
  return sections.flatMap(({ title }, at) => [line(`${title}:`, "bold"), ...tables[at], EMPTY]);
}

function examplesOf(examples: readonly string[]): Line[] {
  if (examples.length === 0) return [];
  return [line("Examples:", "bold"), ...examples.map((text) => line(`  ${text}`)), EMPTY];
}

/** Choices and defaults are said only where the text does not say them already. */
function meaningOf({ help, choices = [], default: preset, example }: OptionRow): string {
  const words = new Set(help.split(/[^\w-]+/));
  const facts = [
    ...(choices.every((choice) => words.has(choice)) ? [] : [choices.join(", ")]),
    ...(preset === undefined ? [] : [`default: ${preset}`]),
    ...(example === undefined ? [] : [`example: ${example}`]),
  ];
  return facts.length === 0 ? help : `${help} (${facts.join("; ")})`;
}

function usageOfCommand({ name, argument, options }: CommandRow): string {
  const words = [name];
  if (argument) words.push(`<${argument.name}>`);
  if (options.length > 0) words.push("[options]");
  return words.join(" ");
}

function exitCodes(width: number): Line[] {
  const codes = EXIT_CODES.map(({ code, meaning }) => `${code} ${meaning}`);
  return listed(line("Exit codes:  ", "bold"), codes, width);
}

function commandEntry({ name, argument, help }: typeof HELP_COMMAND): Entry {
  return [argument ? `${name} <${argument.name}>` : name, help];
}

function withoutLastEmpty(lines: readonly Line[]): readonly Line[] {
  return lines.at(-1) === EMPTY ? lines.slice(0, -1) : lines;
}

function argumentLines({ argument }: CommandRow, width: number): readonly Line[] {
  return argument ? tablesOf([[[`<${argument.name}>`, argument.help]]], width)[0] : [];
}

/** `nightjar run --help` */
export function commandHelp(row: CommandRow, { columns, color }: HelpStyle): string {
  const width = Math.min(columns, WIDEST);
  const { options, examples, name, help } = row;
  const groups = sectionsOf(
    options,
    ({ group }) => group,
    (option) => [usageOf(option), meaningOf(option)],
  );
  const lines = [
    ...prose([], `nightjar ${name}: ${help}.`, width),
    EMPTY,
    line(`Usage: nightjar ${usageOfCommand(row)}`),
    ...argumentLines(row, width),
    EMPTY,
    ...drawn(groups, width),
    ...examplesOf(examples),
    ...(row.group === "Measure" ? exitCodes(width) : []),
  ];
  return render(withoutLastEmpty(lines), color);
}

/** `nightjar plan --help`: what begins with that word. */
export function groupHelp(word: string, { columns, color }: HelpStyle): string {
  const width = Math.min(columns, WIDEST);
  const rows = COMMANDS.filter(({ name }) => name.startsWith(`${word} `));
  const groups = sectionsOf(rows, () => "Commands", commandEntry);
  const usage = line(`Usage: nightjar ${word} <command> [options]`);
  const examples = rows.flatMap((row) => row.examples);
  const lines = [usage, EMPTY, ...drawn(groups, width), ...examplesOf(examples)];
  return render(withoutLastEmpty(lines), color);
}

/** `nightjar --help` */
export function programHelp({ columns, color }: HelpStyle): string {
  const width = Math.min(columns, WIDEST);
  const groups = sectionsOf([...COMMANDS, HELP_COMMAND], ({ group }) => group, commandEntry);
  const lines = [
    ...prose([], `nightjar ${VERSION}: ${ABOUT}`, width),
    EMPTY,
    line("Usage: nightjar <command> [options]"),
    EMPTY,
    ...drawn(groups, width),
    ...examplesOf(FIRST_STEPS),
  ];
  return render(withoutLastEmpty(lines), color);
}
