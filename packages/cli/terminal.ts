/** The terminal: what a command says on standard output and standard error. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { reasonOf } from "./file-fault.ts";
import type { HelpStyle } from "./help/help.ts";
import { Board } from "./live/board.ts";
import type { Screen } from "./outputs.ts";
import type { Flags } from "./plan-flags.ts";

export interface Terminal extends Screen {
  /** One line on standard error, above what is drawn there. */
  note(text: string): void;
  /** Absent where standard error cannot be redrawn in place. */
  readonly board?: Board;
}

const DEFAULT_COLUMNS = 100;
/** A pager is as wide as most terminals. */
const HELP_COLUMNS = 80;
/** What a terminal that does not say its size is taken for. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };

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

/** Standard output, to the byte. */
export function write(text: string): void {
  process.stdout.write(text, remember);
}

export function print(text: string): void {
  write(text.endsWith("\n") ? text : `${text}\n`);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Colours are for eyes, and for those who have not said no (no-color.org). */
function mayColor({ isTTY }: NodeJS.WriteStream, flags: Flags): boolean {
  return isTTY === true && flags.color !== false && (process.env.NO_COLOR ?? "") === "";
}

function boardFor(flags: Flags): Board | undefined {
  const { stderr } = process;
  const name = process.env.TERM ?? "";
  if (!stderr.isTTY || name === "" || name === "dumb") return undefined;
  const color = mayColor(stderr, flags);
  const canvas = () => ({
    columns: stderr.columns || DEFAULT_SIZE.columns,
    rows: stderr.rows || DEFAULT_SIZE.rows,
    color,
  });
  return new Board(canvas, (text) => void stderr.write(text));
}

export function terminalFor(flags: Flags): Terminal {
  const { stdout } = process;
  const board = boardFor(flags);
  return {
    /** Of the moment: a terminal is resized while a run goes on. */
    get columns() {
      return stdout.isTTY ? stdout.columns || DEFAULT_SIZE.columns : DEFAULT_COLUMNS;
    },
    color: mayColor(stdout, flags),
    print(text) {
      board?.clear();
      print(text);
    },
    note(text) {
      board?.clear();
      note(text);
    },
    board,
  };
}

export function helpStyle(): HelpStyle {
  const { stdout } = process;
  return { columns: stdout.columns || HELP_COLUMNS, color: mayColor(stdout, {}) };
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
