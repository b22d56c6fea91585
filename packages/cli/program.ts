/** The commands and their options, as commander has them; made from the options tables. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { Command, Option } from "commander";
import { COMMANDS, type CommandRow } from "./commands.ts";
import { usageSentence } from "./complaint.ts";
import { commandHelp, groupHelp, type HelpStyle, programHelp } from "./help/help.ts";
import { type OptionRow, usageOf } from "./options/row.ts";
import { shown, valueAfter } from "./options/value.ts";
import type { Flags } from "./plan-flags.ts";
import { WORKER_COMMAND } from "./worker-command.ts";

/**
 * By the name of the command: `run`, `plan check`, … `argument`: empty where the command takes
 * none.
 */
export type Handlers = Readonly<Record<string, (flags: Flags, argument: string) => Promise<void>>>;

function optionOf(row: OptionRow): Option {
  const option = new Option(usageOf(row));
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

/**
 * `plan check` is the command `check` of the command `plan`, which is nothing itself; `run collect`
 * is one of `run`, which is.
 */
function place(program: Command, name: string, style: () => HelpStyle): Command {
  const [first, second] = name.split(" ");
  if (second === undefined) return program.command(first);
  const parent =
    program.commands.find((command) => command.name() === first) ??
    program.command(first).configureHelp({ formatHelp: () => groupHelp(first, style()) });
  return parent.enablePositionalOptions().command(second);
}

function addCommand(program: Command, row: CommandRow, { handlers, style }: Surroundings): void {
  const command = place(program, row.name, style).allowExcessArguments();
  for (const option of row.options) command.addOption(optionOf(option));
  if (row.argument) command.argument(`<${row.argument.name}>`);
  command.configureHelp({ formatHelp: () => commandHelp(row, style()) });
  command.action(async () => {
    refuseMore(command, row);
    await handlers[row.name](written(command), command.args[0] ?? "");
  });
}

/** `nightjar help plan check`: as `nightjar plan check --help`. */
function addHelp(program: Command): void {
  program
    .command("help")
    .argument("[words...]")
    .action((words: string[]) => {
      const named = words.reduce<Command | undefined>(
        (at, word) => at?.commands.find((command) => command.name() === word),
        program,
      );
      if (named) return named.outputHelp();
      const names = COMMANDS.map(({ name }) => name);
      const wanted = words.join(" ");
      throw new NightjarError(
        "bad-usage",
        `help: there is no command ${shown(wanted)}${didYouMean(wanted, names)}`,
        `there are: ${names.join(", ")}`,
      );
    });
}

/** `nightjar rnu --help`: commander would show the help of all. */
function refuseUnknown({ args }: Command): void {
  const [word] = args;
  const names = ["help", ...COMMANDS.map(({ name }) => name)];
  if (word === undefined || word.startsWith("-") || names.includes(word)) return;
  const near = didYouMean(word, names);
  throw new NightjarError(
    "bad-usage",
    `unknown command ${shown(word)}${near}`,
    `there are: ${names.join(", ")}`,
  );
}

export interface Surroundings {
  readonly handlers: Handlers;
  readonly worker: (idle: string) => Promise<void>;
  readonly style: () => HelpStyle;
}

export function makeProgram(surroundings: Surroundings): Command {
  const { style, worker } = surroundings;
  const program = new Command("nightjar")
    .version(VERSION)
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(usageSentence(text)) })
    .configureHelp({
      formatHelp: (command) => {
        refuseUnknown(command);
        return programHelp(style());
      },
    })
    .enablePositionalOptions()
    .helpCommand(false)
    .exitOverride();
  for (const row of COMMANDS) addCommand(program, row, surroundings);
  addHelp(program);
  program.command(WORKER_COMMAND, { hidden: true }).argument("<idle>").action(worker);
  return program;
}
