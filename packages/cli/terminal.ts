/** The terminal: what a command says on standard output and standard error. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { reasonOf } from "./files.ts";
import type { Screen } from "./outputs.ts";
import type { Flags } from "./plan-flags.ts";

export interface Terminal extends Screen {
  /** One line on standard error. */
  note(text: string): void;
}

const DEFAULT_COLUMNS = 100;

/** Why standard output did not take all; a reader that has gone, as `head` does, is no reason. */
let failure: unknown;

function remember(error: unknown): void {
  if (error && (error as { code?: string }).code !== "EPIPE") failure ??= error;
}

/** Without these, a pipe that its reader has closed would end the process with a stack trace. */
export function watchStreams(): void {
  process.stdout.on("error", remember);
  process.stderr.on("error", () => {});
}

export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`, remember);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function terminalFor(flags: Flags): Terminal {
  const { stdout } = process;
  const noColor = flags.color === false || (process.env.NO_COLOR ?? "") !== "";
  return {
    columns: stdout.isTTY ? stdout.columns : DEFAULT_COLUMNS,
    color: stdout.isTTY === true && !noColor,
    print,
    note,
  };
}

/**
 * What was written to a pipe must be out before the process goes. Throws `file` when standard
 * output is not.
 */
export async function flushStreams(): Promise<void> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  if (failure) throw new NightjarError("file", `standard output: ${reasonOf(failure)}`);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
