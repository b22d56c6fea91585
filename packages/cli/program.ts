/** The commands and their options, as commander has them; made from the options tables. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { Command, Option } from "commander";
import { COMMANDS, type CommandRow } from "./commands.ts";
import { usageSentence } from "./complaint.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { type OptionRow, usageOf } from "./options/row.ts";
import { shown, valueAfter } from "./options/value.ts";
import type { Flags } from "./plan-flags.ts";
import { WORKER_COMMAND } from "./worker-command.ts";

/**
 * By the name of the command: `run`, `plan check`, … `argument`: empty where the command takes
 * none.
 */
export type Handlers = Readonly<Record<string, (flags: Flags, argument: string) => Promise<void>>>;

/** A default is said only where the text does not say it already. */
function helpOf(row: OptionRow): string {
  const facts = [
    ...(row.default === undefined ? [] : [`default: ${row.default}`]),
    ...(row.example === undefined ? [] : [`example: ${row.example}`]),
  ];
  return facts.length === 0 ? row.help : `${row.help} (${facts.join("; ")})`;
}

function optionOf(row: OptionRow): Option {
  const option = new Option(usageOf(row), helpOf(row)).helpGroup(`${row.group}:`);
  if (row.choices) option.choices([...row.choices]);
  if (row.value === undefined) return option;
  return option.argParser((text: string, before: unknown) => valueAfter(row, text, before));
}

/** Only what was written: commander fills in `true` for `--no-color` by itself. */
function written(command: Command): Flags {
  const all = command.opts() as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(all).filter(([key]) => command.getOptionValueSource(key) === "cli"),
  );
}

function refuseMore(command: Command, { argument }: CommandRow): void {
  const extra = command.args[argument ? 1 : 0];
  if (extra === undefined) return;
  throw new NightjarError(
    "bad-usage",
    `unexpected argument ${shown(extra)}`,
    argument && "a value with spaces or < stands in quotes: --threshold 'p99 < 50ms'",
  );
}

/** `plan check` is the command `check` of the command `plan`. */
function place(program: Command, name: string): Command {
  const words = name.split(" ");
  const parent = words.slice(0, -1).reduce((at, word) => {
    return at.commands.find((command) => command.name() === word) ?? at.command(word);
  }, program);
  return parent.command(words[words.length - 1]);
}

function addCommand(program: Command, row: CommandRow, handlers: Handlers): void {
  const command = place(program, row.name).description(row.help).allowExcessArguments();
  for (const option of row.options) command.addOption(optionOf(option));
  if (row.argument) command.argument(`<${row.argument.name}>`, row.argument.help);
  if (row.examples.length > 0) command.addHelpText("after", endingOf(row));
  command.action(async () => {
    refuseMore(command, row);
    await handlers[row.name](written(command), command.args[0] ?? "");
  });
}

function endingOf({ examples }: CommandRow): string {
  const codes = EXIT_CODES.map(({ code, meaning }) => `${code} ${meaning}`).join(", ");
  return `\nExamples:\n${examples.map((line) => `  ${line}\n`).join("")}\nExit codes: ${codes}.\n`;
}

export function makeProgram(handlers: Handlers, worker: (idle: string) => Promise<void>): Command {
  const program = new Command("nightjar")
    .description(
      "Load testing that can be trusted: every exchange has a due time, and nothing is left out.",
    )
    .version(VERSION)
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(usageSentence(text)) })
    .enablePositionalOptions()
    .exitOverride();
  for (const row of COMMANDS) addCommand(program, row, handlers);
  program.commands
    .find((command) => command.name() === "plan")
    ?.description("work with plan files");
  program.command(WORKER_COMMAND, { hidden: true }).argument("<idle>").action(worker);
  return program;
}
