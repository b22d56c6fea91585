/** Several plans under way: the whole as one run is shown, and a row for each client. */
import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { VIEWS, WELL } from "./fixtures/live-views.ts";
import { SEVERAL } from "./fixtures/several-views.ts";
import { LOWEST_BLOCK, liveBlock, NARROWEST_BLOCK } from "./live-block.ts";
import { severalBlock, severalLines } from "./live-several.ts";
import type { LiveClient, LiveSeveral } from "./live-view.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
const ESCAPES = /\u001b\[[\d;]*m/g;
const all = Object.entries<LiveSeveral>(SEVERAL);

function block(several: LiveSeveral, columns: number, rows = 24, color = false): string[] {
  return severalBlock(several, { columns, rows, color });
}

/** Set UPDATE_GOLDEN=1 to write them anew; read the difference before it is kept. */
describe("golden blocks", () => {
  test.each([60, 80, 160])("at %d columns", (columns) => {
    const file = `${import.meta.dir}/fixtures/several-${columns}.txt`;
    const texts = all.map(([name, several]) => `${name}\n${block(several, columns).join("\n")}\n`);
    const text = texts.join("\n");
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});

test("the whole is drawn as one run is", () => {
  const canvas = { columns: 80, rows: 24, color: false };
  const rows = severalBlock(SEVERAL.well, canvas);
  expect(rows.slice(0, 6)).toEqual(liveBlock(SEVERAL.well.whole, canvas));
  expect(rows).toHaveLength(8);
});

test("never wider or higher than the terminal, in colour as without", () => {
  for (const [, several] of all) {
    for (let columns = 1; columns <= 200; columns += 3) {
      for (const rows of [1, LOWEST_BLOCK, LOWEST_BLOCK + 1, LOWEST_BLOCK + 3, 40]) {
        const plain = block(several, columns, rows);
        expect(plain.length).toBeLessThan(Math.max(rows, 2));
        for (const line of plain) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
        const painted = block(several, columns, rows, true);
        expect(painted.map((line) => line.replaceAll(ESCAPES, ""))).toEqual(plain);
      }
    }
  }
});

test("as many clients as fit, and how many more there are", () => {
  const rows = block(SEVERAL.many, 80, LOWEST_BLOCK + 3);
  expect(rows.slice(-3)).toEqual([
    expect.stringContaining("client 1"),
    expect.stringContaining("client 2"),
    expect.stringMatching(/^ +and 18 more$/),
  ]);
  expect(block(SEVERAL.many, 80, 40).at(-1)).toStartWith("client 20");
});

test("one line, of the whole, where the terminal is narrow or low", () => {
  const [only, ...others] = block(SEVERAL.well, NARROWEST_BLOCK - 1);
  expect(only).toStartWith("42s of 70s   2,000/s offered");
  expect(others).toEqual([]);
});

describe("latencies of unlike kinds", () => {
  const several = SEVERAL["unlike kinds"];

  test("are not one: each client has its own, by its name", () => {
    const rows = block(several, 100);
    expect(rows[2]).toBe("latency      of unlike kinds");
    expect(rows[3]).toBe("p99          –");
    expect(rows.at(-2)).toContain("response p50 1.21 ms");
    expect(rows.at(-1)).toContain("service p50 1.21 ms");
    expect(severalLines(several)[0]).toContain("   latencies of unlike kinds   ");
  });
});

describe("plain lines", () => {
  test("one for the whole, and one for each", () => {
    const [whole, first, second] = severalLines(SEVERAL["one over"]);
    expect(whole).toStartWith("  42s of 70s   2,000/s offered");
    expect(first).toStartWith("    client 1  42s of 70s   2,000/s offered");
    expect(second).toMatch(/^ {4}client 2 {2}30s of 30s .* 0 errors {3}over$/);
  });

  test("of many no more than are read", () => {
    const lines = severalLines(SEVERAL.many);
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe("    and 13 more");
  });
});

test("names from elsewhere do not reach the terminal as a command", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.nat(160), (name, columns) => {
      const clients: LiveClient[] = [
        { name, view: WELL, isOver: false },
        { name, view: VIEWS["in trouble"], isOver: true },
      ];
      for (const line of block({ whole: WELL, clients }, columns + 1)) {
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns + 1);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});
