/** The live view on a real terminal. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { makeFolder } from "../child-cli.ts";
import {
  COLOUR,
  DRAWING_END,
  drawingsIn,
  interrupt,
  onTerminal as runOnTerminal,
  SAY_PID,
  type Shown,
  type Surroundings,
  shownAfter,
  widest,
} from "./on-terminal.ts";

const folder = makeFolder();
let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(async () => {
  await origin.stop();
  folder.remove();
});

const RUN = (): string[] => [`'${origin.url}/?delay=2ms'`, "--rate", "200"];

function onTerminal(args: readonly string[], rest: Partial<Surroundings> = {}): Promise<Shown> {
  return runOnTerminal([...RUN(), ...args], { cwd: folder.path, ...rest });
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
}, 120_000);

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
}, 120_000);

/** Of an SMP document. */
function writeTwoClients(duration: string, warmups: readonly [string, string]): void {
  const clients = warmups.map((warmup, at) => {
    const endpoint_urls = [`${origin.url}/?delay=2ms`];
    const additional_options = JSON.stringify({ warmup });
    return { rps: 100 * (at + 1), connections: 4, endpoint_urls, additional_options };
  });
  folder.write("smp.json", JSON.stringify({ clients, duration }));
}

describe("several clients", () => {
  test("are shown as one and each, and the report follows", async () => {
    writeTwoClients("2s", ["2s", "0s"]);
    const shown = await runOnTerminal(["smp.json"], { cwd: folder.path });
    const drawings = drawingsIn(shown.text);
    expect(drawings.length).toBeGreaterThan(2);
    for (const lines of drawings) {
      expect(lines).toHaveLength(8);
      expect(widest(lines)).toBeLessThanOrEqual(80);
    }
    const last = drawings.at(-1) ?? [];
    expect(last[0]).toMatch(/^(measured|draining) +[█░]+ {2}\ds of 4s/);
    const first = drawings.map((lines) => lines[6]).join("\n");
    expect(first).toMatch(/^client 1 +\S+\/s of 100\/s · +response p50 /m);
    expect(last[7]).toMatch(/^client 2 +over · +response p50 /);
    const left = shownAfter(shown, 80).join("\n");
    expect(left).toContain("2 clients begin together");
    expect(left).toContain("all as one");
    expect(left).not.toContain("in backlog");
  }, 120_000);

  test("end by Ctrl-C with what was measured", async () => {
    writeTwoClients("1m", ["0s", "0s"]);
    let told = false;
    const onText = (text: string) => {
      if (told || drawingsIn(text).length < 6) return;
      told = true;
      interrupt(text);
    };
    const shown = await runOnTerminal(["smp.json"], { cwd: folder.path, before: SAY_PID, onText });
    const left = shownAfter(shown, 80).join("\n");
    expect(left).toContain("SIGINT: ending; once more to end at once");
    expect(left).toContain("all as one");
  }, 120_000);

  test("are lines where nothing can be drawn: the whole, then each", async () => {
    writeTwoClients("2s", ["0s", "0s"]);
    const { text } = await runOnTerminal(["smp.json"], {
      ...{ cwd: folder.path, env: { TERM: "dumb" } },
    });
    expect(text).not.toContain(DRAWING_END);
    const whole = / \ds of 2s {3}300\/s offered .*\r\n {4}client 1 .*\r\n {4}client 2 /;
    expect(text).toMatch(whole);
  });

  test("are not shown with --quiet", async () => {
    writeTwoClients("700ms", ["0s", "0s"]);
    const { text } = await runOnTerminal(["smp.json", "--quiet"], { cwd: folder.path });
    expect(text).not.toContain(DRAWING_END);
    expect(text).not.toContain("begin together");
  });
});

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
  }, 120_000);

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
