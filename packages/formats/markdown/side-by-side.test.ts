/** Several Results as Markdown: one table for a pull request, each run folded away below it. */
import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { cellsOf, expectTables } from "@nightjar/testkit/whole-tables.ts";
import { sample } from "../fixtures/sample-results.ts";
import { byClients, byGenerators, serviceOnly } from "../fixtures/sample-several.ts";
import { markdownOfSeveral } from "./side-by-side.ts";

const generators = byGenerators(deflateSync);
const clients = byClients(deflateSync);

function expectWhole(text: string): void {
  expectTables(text);
  expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
  expect(text.length).toBeLessThan(65_536);
  expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
}

/** Set UPDATE_GOLDEN=1 to write them anew; read the difference before it is kept. */
describe("golden texts", () => {
  test.each<[string, SideBySide]>([
    ["generators", generators],
    ["clients", clients],
  ])("%s", (name, document) => {
    const file = `${import.meta.dir}/fixtures/${name}.md.txt`;
    const text = markdownOfSeveral(document);
    expectWhole(text);
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});

describe("the table", () => {
  const rows = markdownOfSeveral(generators)
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => cellsOf(line).map((cell) => cell.trim()));
  const [head, , own, other] = rows;

  test("has columns that name their kind of latency, and a row for each generator", () => {
    expect(head.slice(6)).toEqual([
      ...["its latency", "service p50", "service p99", "service p99.9"],
      ...["response p50", "response p99", "response p99.9"],
    ]);
    expect([own[1], own[6], other[1], other[6]]).toEqual([
      ...["nightjar", "response", "fortio", "service"],
    ]);
  });

  test("leaves empty what a generator does not measure", () => {
    expect(other.slice(-3)).toEqual(["", "", ""]);
    expect(own.slice(-6).every((cell) => /\d ms$/.test(cell))).toBe(true);
  });
});

test("says what is wrong: the outcome of each, and generators without a Result", () => {
  const text = markdownOfSeveral(generators);
  expect(text).toStartWith(
    "<!-- nightjar report: checkout%2C%20side%20by%20side -->\n\n### ❌ FAIL",
  );
  expect(text).toContain("1 of 3 passes, 1 fails, 1 gave no result");
  expect(text).toContain("- ❌ vegeta: it ended with code 1: no such option");
  expect(text).toContain("fortio: from the buckets of fortio, up to 23.9 % too high.");
});

test("all as one is as coarse as the coarsest client, and says so", () => {
  expect(markdownOfSeveral(clients)).not.toContain("all as one:");
  const coarse = serviceOnly(sample("pass", deflateSync), "fortio");
  const text = markdownOfSeveral(byClients(deflateSync, ["pass", coarse]));
  expectWhole(text);
  expect(text).toContain("all as one: of buckets, up to 23.9 % too high.");
});

test("of very many the table is cut, and reports that have no room are counted", () => {
  const many = Array.from({ length: 120 }, () => sample("parts", deflateSync));
  const text = markdownOfSeveral(byClients(deflateSync, many));
  expectWhole(text);
  expect(text).toMatch(/\| and 70 more \|/);
  expect(text).toMatch(/\d+ of them have no room here\./);
  expect(text).toContain("**all as one**");
});

test("no Result at all is no table", () => {
  const text = markdownOfSeveral({ ...generators, results: [] });
  expectWhole(text);
  expect(text).toContain("vegeta: it ended");
});

test("what others wrote breaks no table and calls nobody", () => {
  const hostile = "@user |#1</details> `x` https://x.example";
  const results = generators.results.map((result) => ({
    ...result,
    generator: { ...result.generator, name: hostile, version: hostile },
  }));
  const failures = [{ generator: hostile, message: hostile }];
  const text = markdownOfSeveral({ ...generators, name: hostile, results, failures });
  expectWhole(text);
  expect(text.replace(/<!--.*-->/, "")).not.toMatch(/@user|https:\/\/x/);
});
