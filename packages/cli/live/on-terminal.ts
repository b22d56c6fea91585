/** For tests: a run on a real terminal, a pty of script(1), as wide as stty(1) says. */
import { TerminalScreen } from "./screen.ts";

const NIGHTJAR = new URL("../../../nightjar", import.meta.url).pathname;
/** What has not come by then is missed in what did come. */
const LIMIT_MS = 45_000;
export const DRAWING_END = "\u001b[J";
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what it takes away
export const COLOUR = /\u001b\[[\d;]*m/g;

export interface Shown {
  readonly text: string;
  readonly lengthS: number;
}

export interface Surroundings {
  readonly cwd: string;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Lines of shell before the run. */
  readonly before?: string;
  /** Sees what was written so far, each time that there is more. */
  readonly onText?: (text: string) => void;
}

/** All that `nightjar run` with these arguments writes to a terminal. */
export async function onTerminal(
  args: readonly string[],
  { cwd, columns = 80, env = {}, before = "", onText }: Surroundings,
): Promise<Shown> {
  const run = `exec ${NIGHTJAR} run ${args.join(" ")}`;
  const shell = `stty cols ${columns} rows 40\n${before}\n${run}`;
  const startMs = performance.now();
  const child = Bun.spawn(["script", "-qec", shell, "/dev/null"], {
    cwd,
    stdin: "ignore",
    stdout: "pipe",
    timeout: LIMIT_MS,
    env: { ...process.env, TERM: "xterm", SHELL: "/bin/sh", NO_COLOR: "", ...env },
  });
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    onText?.(text);
  }
  await child.exited;
  return { text, lengthS: (performance.now() - startMs) / 1000 };
}

/** The lines of each drawing. */
export function drawingsIn(text: string): string[][] {
  const parts = text.split(DRAWING_END).slice(0, -1);
  return parts.flatMap((part) => {
    const lines = part.replaceAll(COLOUR, "").split("\u001b[2K").slice(1);
    return lines.length === 0 ? [] : [lines.map((line) => line.trimEnd())];
  });
}

export const widest = (lines: readonly string[]) =>
  Math.max(...lines.map((line) => Bun.stringWidth(line)));

/** What is left on the screen. */
export function shownAfter({ text }: Shown, columns: number): string[] {
  const screen = new TerminalScreen(columns);
  screen.write(text);
  return screen.lines;
}

export const SAY_PID = "echo $$";

export function interrupt(text: string): void {
  const pid = /^(\d+)\r\n/.exec(text)?.[1];
  process.kill(Number(pid), "SIGINT");
}
