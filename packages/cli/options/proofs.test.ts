/** Every option of every command names the test that fails without it, and the test is there. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { COMMANDS } from "../commands.ts";
import { keyOf } from "./row.ts";

const rows = new Map(COMMANDS.flatMap(({ options }) => options.map((row) => [row.flag, row])));

test.each([...rows.values()].map((row) => [row.flag, row.proof]))("%s: %s", (flag, proof) => {
  const path = new URL(`../${proof}`, import.meta.url).pathname;
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, "utf8")).toContain(`  "${flag}": `);
});

test("keys of options are distinct, as the parser needs", () => {
  for (const { options } of COMMANDS) {
    expect(new Set(options.map(keyOf)).size).toBe(options.length);
  }
});
