/** A run over a fleet: the whole as one run is shown, and a row for each agent, the worst first. */
import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { FLEETS, liveAgent } from "./fixtures/agents-views.ts";
import { WELL } from "./fixtures/live-views.ts";
import { agentsBlock, agentsLine } from "./live-agents.ts";
import { LOWEST_BLOCK, liveBlock, NARROWEST_BLOCK } from "./live-block.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
const ESCAPES = /\u001b\[[\d;]*m/g;
const all = Object.entries(FLEETS);

function block(name: keyof typeof FLEETS, columns: number, rows = 24, color = false): string[] {
  const { whole, agents } = FLEETS[name];
  return agentsBlock(whole, agents, { columns, rows, color });
}

/** Set UPDATE_GOLDEN=1 to write them anew; read the difference before it is kept. */
describe("golden blocks", () => {
  test.each([60, 80, 160])("at %d columns", (columns) => {
    const file = `${import.meta.dir}/fixtures/agents-${columns}.txt`;
    const texts = all.map(
      ([name]) => `${name}\n${block(name as keyof typeof FLEETS, columns).join("\n")}\n`,
    );
    const text = texts.join("\n");
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});

test("the whole is drawn as one run is", () => {
  const canvas = { columns: 80, rows: 24, color: false };
  expect(block("well", 80).slice(0, 6)).toEqual(liveBlock(FLEETS.well.whole, canvas));
});

test("never wider or higher than the terminal, in colour as without", () => {
  for (const [name] of all) {
    const of = name as keyof typeof FLEETS;
    for (let columns = 1; columns <= 200; columns += 3) {
      for (const rows of [1, LOWEST_BLOCK, LOWEST_BLOCK + 1, LOWEST_BLOCK + 3, 60]) {
        const plain = block(of, columns, rows);
        expect(plain.length).toBeLessThan(Math.max(rows, 2));
        for (const line of plain) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
        const painted = block(of, columns, rows, true);
        expect(painted.map((line) => line.replaceAll(ESCAPES, ""))).toEqual(plain);
      }
    }
  }
});

test("the worst first, as many as fit, and how many more there are", () => {
  const names = (rows: readonly string[]) => rows.slice(6).map((row) => row.split(" ")[0]);
  expect(names(block("one of each", 100))).toEqual([
    "lost-on-its…",
    "sick",
    "slow",
    "fortio",
    "over",
  ]);
  const few = block("many", 80, LOWEST_BLOCK + 3);
  expect(few.slice(-3)).toEqual([
    expect.stringContaining("a39"),
    expect.stringContaining("a38"),
    expect.stringMatching(/^ +and 38 more$/),
  ]);
});

test("one line where the terminal is narrow or low: the whole, and how many agents are ill", () => {
  const [only, ...others] = block("one of each", NARROWEST_BLOCK - 1);
  expect(only).toMatch(/^\d+s of 70s /);
  expect(others).toEqual([]);
  const { whole, agents } = FLEETS["one of each"];
  expect(agentsLine(whole, agents)).toEndWith("   1 agent lost   1 agent sick");
  expect(agentsLine(WELL, FLEETS.well.agents)).not.toContain("agent");
});

test("names from elsewhere do not reach the terminal as a command", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.nat(160), (name, columns) => {
      const agents = [liveAgent(name), liveAgent("b", { state: "lost" })];
      for (const line of agentsBlock(WELL, agents, {
        columns: columns + 1,
        rows: 24,
        color: false,
      })) {
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns + 1);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});
