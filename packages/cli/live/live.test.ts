/** The live view on a real terminal: a pty of script(1), as wide as stty(1) says. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { makeFolder } from "../child-cli.ts";
import { TerminalScreen } from "./screen.ts";

const NIGHTJAR = new URL("../../../nightjar", import.meta.url).pathname;
/** What has not come by then is missed in what did come. */
const LIMIT_MS = 45_000;
const DRAWING_END = "\u001b[J";
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what it takes away
const COLOUR = /\u001b\[[\d;]*m/g;

const folder = makeFolder();
let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(async () => {
  await origin.stop();
  folder.remove();
});

interface Shown {
  readonly text: string;
  readonly lengthS: number;
}

interface Surroundings {
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Lines of shell before the run. */
  readonly before?: string;
  /** Sees what was written so far, each time that there is more. */
  readonly onText?: (text: string) => void;
}

/** All that a run writes to a terminal. */
async function onTerminal(
  args: readonly string[],
  { columns = 80, env = {}, before = "", onText }: Surroundings = {},
): Promise<Shown> {
  const run = `exec ${NIGHTJAR} run '${origin.url}/?delay=2ms' --rate 200 ${args.join(" ")}`;
  const shell = `stty cols ${columns} rows 40\n${before}\n${run}`;
  const startMs = performance.now();
  const child = Bun.spawn(["script", "-qec", shell, "/dev/null"], {
    cwd: folder.path,
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
function drawingsIn(text: string): string[][] {
  const parts = text.split(DRAWING_END).slice(0, -1);
  return parts.flatMap((part) => {
    const lines = part.replaceAll(COLOUR, "").split("\u001b[2K").slice(1);
    return lines.length === 0 ? [] : [lines.map((line) => line.trimEnd())];
  });
}

const widest = (lines: readonly string[]) =>
  Math.max(...lines.map((line) => Bun.stringWidth(line)));

/** What is left on the screen. */
function shownAfter({ text }: Shown, columns: number): string[] {
  const screen = new TerminalScreen(columns);
  screen.write(text);
  return screen.lines;
}

test("is redrawn at most four times a second, fits the terminal, and leaves it tidy", async () => {
  const shown = await onTerminal(["--duration", "2s"]);
  const drawings = drawingsIn(shown.text);
  expect(drawings.length).toBeGreaterThan(1);
  expect(drawings.length).toBeLessThanOrEqual(4 * shown.lengthS + 1);
  for (const lines of drawings) {
    expect(lines).toHaveLength(6);
    expect(widest(lines)).toBeLessThanOrEqual(80);
  }
  expect(drawings.at(-1)?.[0]).toMatch(/^(measured|draining) +[█░]+ {2}\ds of 2s/);
  const [announcement, ...rest] = shownAfter(shown, 80).join("\n").split("\n");
  expect(announcement).toStartWith(`GET ${origin.url}/`);
  expect(rest.join("\n")).toMatch(/^.*worker\n(PASS|INCONCLUSIVE) {2}/);
  expect(rest.join("\n")).not.toContain("in backlog");
  expect(shown.text).not.toContain("\u001b[?25");
});

const LONG = ["--duration", "1m"];
const SAY_PID = "echo $$";

function interrupt(text: string): void {
  const pid = /^(\d+)\r\n/.exec(text)?.[1];
  process.kill(Number(pid), "SIGINT");
}

test("follows the width of the terminal", async () => {
  const narrow = "(until [ -e narrow ]; do sleep 0.1; done; stty cols 50) </dev/tty &";
  let told = false;
  const onText = (text: string) => {
    const widths = drawingsIn(text).map(widest);
    if (widths.length === 3) folder.write("narrow", "");
    if (told || widths.length < 4 || widths[widths.length - 1] > 50) return;
    told = true;
    interrupt(text);
  };
  const before = `${SAY_PID}\n${narrow}`;
  const { text } = await onTerminal(LONG, { columns: 100, before, onText });
  const widths = drawingsIn(text).map(widest);
  const narrowed = widths.findIndex((width) => width <= 50);
  expect(narrowed).toBeGreaterThanOrEqual(3);
  for (const width of widths.slice(narrowed)) expect(width).toBeLessThanOrEqual(50);
  const report = text.slice(text.lastIndexOf(DRAWING_END) + DRAWING_END.length);
  expect(report).toContain("INCONCLUSIVE");
  expect(widest(report.replaceAll(COLOUR, "").split("\r\n"))).toBeLessThanOrEqual(50);
}, 60_000);

test("Ctrl-C stands on a line of its own, and what is left is tidy", async () => {
  let told = false;
  const onText = (text: string) => {
    if (told || drawingsIn(text).length < 3) return;
    told = true;
    interrupt(text);
  };
  const shown = await onTerminal(LONG, { before: SAY_PID, onText });
  const lines = shownAfter(shown, 80);
  expect(lines.filter((line) => line === "SIGINT: ending; once more to end at once")).toHaveLength(
    1,
  );
  expect(lines.join("\n")).not.toContain("in backlog");
  expect(lines.join("\n")).toContain("INCONCLUSIVE");
}, 60_000);

describe("is not drawn", () => {
  const isDrawn = ({ text }: Shown) => text.includes(DRAWING_END);

  test("by a terminal that cannot: lines, the first soon", async () => {
    let told = false;
    const onText = (text: string) => {
      if (told || !text.includes("of 60s")) return;
      told = true;
      interrupt(text);
    };
    const shown = await onTerminal(LONG, { before: SAY_PID, env: { TERM: "dumb" }, onText });
    expect(isDrawn(shown)).toBe(false);
    expect(shown.text).toMatch(/ \d+s of 60s {3}/);
  }, 60_000);

  test("with --quiet", async () => {
    const shown = await onTerminal(["--duration", "700ms", "--quiet"]);
    expect(isDrawn(shown)).toBe(false);
  });
});

test("NO_COLOR: drawn without colours", async () => {
  const { text } = await onTerminal(["--duration", "2s"], { env: { NO_COLOR: "1" } });
  expect(text).toContain(DRAWING_END);
  expect(text.replaceAll(COLOUR, "")).toBe(text);
});
