import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { VIEWS, WELL } from "./fixtures/live-views.ts";
import { LOWEST_BLOCK, liveBlock, NARROWEST_BLOCK } from "./live-block.ts";
import type { LiveView } from "./live-view.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
const ESCAPES = /\u001b\[[\d;]*m/g;
const views = Object.entries<LiveView>(VIEWS);

function block(view: LiveView, columns: number, color = false): string[] {
  return liveBlock(view, { columns, rows: 24, color });
}

/** Set UPDATE_GOLDEN=1 to write them anew; read the difference before it is kept. */
describe("golden blocks", () => {
  test.each([60, 80, 160])("at %d columns", (columns) => {
    const file = `${import.meta.dir}/fixtures/block-${columns}.txt`;
    const text = views
      .map(([name, view]) => `${name}\n${block(view, columns).join("\n")}\n`)
      .join("\n");
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});

test("as high at every width, so that it stands still", () => {
  for (const [, view] of views) {
    for (let columns = NARROWEST_BLOCK; columns <= 240; columns++) {
      expect(block(view, columns)).toHaveLength(block(WELL, 80).length);
    }
  }
});

test("never wider than the terminal, in colour as without", () => {
  for (const [, view] of views) {
    for (let columns = 1; columns <= 240; columns++) {
      const plain = block(view, columns);
      for (const line of plain) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
      const painted = block(view, columns, true);
      expect(painted.map((line) => line.replaceAll(ESCAPES, ""))).toEqual(plain);
    }
  }
});

test("one line where the terminal is narrow or low", () => {
  for (const [, view] of views) {
    expect(block(view, NARROWEST_BLOCK - 1)).toHaveLength(1);
    const low = { columns: 80, rows: LOWEST_BLOCK - 1, color: false };
    expect(liveBlock(view, low)).toHaveLength(1);
  }
  expect(block(WELL, NARROWEST_BLOCK - 1)[0]).toStartWith("42s of 70s   2,000/s offered");
});

test("items that do not fit are left out whole", () => {
  const [, , latency, , errors] = block(VIEWS["in trouble"], 45);
  expect(latency).toEndWith("p50 812 ms · p99 > 5,000 ms");
  expect(errors).toEndWith("12,345,678 in all");
});

test("the course shows the last seconds that fit, and their peak", () => {
  const ms = [99, ...new Array<number>(200).fill(5)];
  const course = (columns: number) => block({ ...WELL, course: { name: "p99", ms } }, columns)[3];
  expect(course(80)).toMatch(/^response p99 █+ {2}peak 5\.00 ms$/);
  expect(Bun.stringWidth(course(80))).toBe(80);
  expect(course(240)).toContain("█▁▁");
  expect(course(240)).toEndWith("peak 99.0 ms");
});

test("the bar stands still while the seconds go by", () => {
  const rooms = [0, 9, 10, 60, 69, 599, 1439].map((elapsedS) => {
    const view = { ...WELL, elapsedS, totalS: 3600, leftS: 3600 - elapsedS };
    return block(view, 80)[0].match(/[█░]/gu)?.length;
  });
  expect(new Set(rooms).size).toBe(1);
});

test("the bar is as long as the run is over", () => {
  const bar = (done: number) => block({ ...WELL, done }, 80)[0];
  const full = (done: number) => bar(done).split("█").length - 1;
  const room = bar(0).split("░").length - 1;
  expect([full(0), full(0.5), full(1)]).toEqual([0, Math.floor(room / 2), room]);
  expect(block({ ...WELL, done: null }, 80)[0]).toBe("measured     42s of 1m10s · 28s left");
});

test("names from elsewhere do not reach the terminal as a command", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 50 }), fc.nat(200), (kind, columns) => {
      const view: LiveView = { ...WELL, errors: 3, errorKinds: [[kind, 3]] };
      for (const line of block(view, columns + 1)) {
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns + 1);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});
