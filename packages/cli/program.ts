/** The commands and their options, as commander has them; made from the options tables. */

import { VERSION } from "@nightjar/core/version.ts";
import { Command, Option } from "commander";
import { type OptionRow, RUN_OPTIONS, TESTSERVER_OPTIONS } from "./options.ts";
import type { Flags } from "./plan-input.ts";
import { WORKER_COMMAND } from "./worker-command.ts";

export interface Handlers {
  run(source: string, flags: Flags): Promise<void>;
  demo(): Promise<void>;
  planCheck(source: string, flags: Flags): void;
  testserver(flags: Flags): Promise<void>;
  worker(idle: string): Promise<void>;
}

const REPEATABLE = new Set<OptionRow["kind"]>(["list", "header", "label"]);

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function helpOf(row: OptionRow): string {
  const facts = [
    ...(row.default === undefined ? [] : [`default: ${row.default}`]),
    ...(row.example === undefined ? [] : [`example: ${row.example}`]),
  ];
  return facts.length === 0 ? row.help : `${row.help} (${facts.join("; ")})`;
}

function optionOf(row: OptionRow): Option {
  const flags = row.value === undefined ? row.flag : `${row.flag} <${row.value}>`;
  const option = new Option(flags, helpOf(row)).helpGroup(`${row.group}:`);
  if (row.choices) option.choices([...row.choices]);
  if (REPEATABLE.has(row.kind)) option.argParser(collect);
  return option;
}

function addOptions(command: Command, rows: readonly OptionRow[]): Command {
  for (const row of rows) command.addOption(optionOf(row));
  return command;
}

/** Only what was written: commander fills in `true` for `--no-color` by itself. */
function written(command: Command): Flags {
  const all = command.opts() as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(all).filter(([key]) => command.getOptionValueSource(key) === "cli"),
  );
}

export function makeProgram(handlers: Handlers): Command {
  const program = new Command("nightjar")
    .description(
      "Load testing that can be trusted: every exchange has a due time, and nothing is left out.",
    )
    .version(VERSION)
    .showSuggestionAfterError()
    .enablePositionalOptions();
  addOptions(program.command("run"), RUN_OPTIONS)
    .description("send load to a URL, or as a plan file says, and judge what came back")
    .argument("<url-or-plan>", "http:// or https:// URL, or a YAML or JSON plan")
    .addHelpText("after", RUN_EXAMPLES)
    .action((source: string, _flags: unknown, command: Command) =>
      handlers.run(source, written(command)),
    );
  program
    .command("demo")
    .description("run a real load test against a test server on this machine (10 s)")
    .action(() => handlers.demo());
  const plan = program.command("plan").description("work with plan files");
  addOptions(
    plan.command("check"),
    RUN_OPTIONS.filter((row) => row.path),
  )
    .description("print the resolved plan with every default, or say what is wrong with it")
    .argument("<url-or-plan>", "a YAML or JSON plan, or a URL")
    .action((source: string, _flags: unknown, command: Command) =>
      handlers.planCheck(source, written(command)),
    );
  addOptions(program.command("testserver"), TESTSERVER_OPTIONS)
    .description("serve answers of known delay, status and fault (docs/testserver.md)")
    .action((_flags: unknown, command: Command) => handlers.testserver(written(command)));
  program
    .command(WORKER_COMMAND, { hidden: true })
    .argument("<idle>")
    .action((idle: string) => handlers.worker(idle));
  return program;
}

const RUN_EXAMPLES = `
Examples:
  nightjar run http://localhost:8080/ --rate 2000 --duration 1m --threshold 'p99 < 50ms'
  nightjar run http://localhost:8080/ --rate max --connections 64 --duration 30s
  nightjar run plan.yaml --output json=result.json

Exit codes: 0 pass, 1 operating error, 2 bad usage or plan, 98 inconclusive, 99 threshold failed, 130 interrupted.
`;
