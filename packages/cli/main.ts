#!/usr/bin/env bun
import { EXIT, NightjarError } from "@nightjar/core/errors.ts";
import { runWorker } from "@nightjar/engine/worker.ts";
/** The binary and only composition root: hands the outside world to the commands, and turns what they say into an exit code. */
import { CommanderError } from "commander";
import { demo } from "./commands/demo.ts";
import { planCheck } from "./commands/plan-check.ts";
import { run, type Terminal } from "./commands/run.ts";
import { testserver } from "./commands/testserver.ts";
import type { Flags } from "./plan-input.ts";
import { makeProgram } from "./program.ts";

const DEFAULT_COLUMNS = 100;

function terminalFor(flags: Flags): Terminal {
  const { stdout } = process;
  const noColor = flags.color === false || (process.env.NO_COLOR ?? "") !== "";
  return {
    columns: stdout.isTTY ? stdout.columns : DEFAULT_COLUMNS,
    color: stdout.isTTY === true && !noColor,
    print: (text) => void stdout.write(text.endsWith("\n") ? text : `${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** One sentence and a hint; a stack only for a fault of ours. */
function complain(error: unknown): number {
  if (error instanceof NightjarError) {
    process.stderr.write(`nightjar: ${error.message}\n`);
    if (error.hint) process.stderr.write(`  ${error.hint}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`nightjar: this is a fault of Nightjar itself, please report it\n${text}\n`);
  return EXIT.operating;
}

async function main(): Promise<number> {
  let code: number = EXIT.pass;
  const program = makeProgram({
    async run(source, flags) {
      code = await run(source, flags, terminalFor(flags));
    },
    async demo() {
      code = await demo(terminalFor({}));
    },
    planCheck: (source, flags) => planCheck(source, flags, terminalFor(flags)),
    testserver,
    worker: (idle) => runWorker({ spin: idle === "spin" }),
  });
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((c) => c.commands),
  ]) {
    command.exitOverride();
  }
  try {
    await program.parseAsync(process.argv);
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return complain(error);
    return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  }
}

/** What was written to a pipe must be out before the process goes. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

const code = await main();
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(code);
