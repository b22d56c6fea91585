import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import type { ResultQuantity } from "@nightjar/core/result/result.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { CSV_COLUMNS, csvFromResult } from "./result-csv.ts";

/** RFC 4180 without quotes, of which there are none to read. */
function parsed(text: string): string[][] {
  expect(text).not.toContain('"');
  expect(text).toEndWith("\r\n");
  return text
    .split("\r\n")
    .slice(0, -1)
    .map((line) => line.split(","));
}

function quantity(text: string): ResultQuantity {
  if (text === "") return null;
  return text.startsWith(">=") ? { atLeast: Number(text.slice(2)) } : Number(text);
}

test("a row for each row of the series, with all that it says", () => {
  for (const name of SAMPLE_NAMES) {
    const { series } = sample(name, deflateSync);
    const [head, ...rows] = parsed(csvFromResult(sample(name, deflateSync)));
    expect(head).toEqual([...CSV_COLUMNS]);
    const read = rows.map(([atS, overS, due, completed, errors, p50, p99, max]) => ({
      ...{ atS: Number(atS), overS: Number(overS), errors: Number(errors) },
      ...{ duePerS: Number(due) / Number(overS), ratePerS: Number(completed) / Number(overS) },
      ...{ p50: quantity(p50), p99: quantity(p99), max: quantity(max) },
    }));
    expect(read).toEqual(series);
  }
});

test("the counts are those of the whole", () => {
  const result = sample("overload", deflateSync);
  const rows = parsed(csvFromResult(result)).slice(1);
  const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0);
  expect(sum(2)).toBe(result.accounting.due);
  expect(sum(3)).toBe(result.accounting.completed);
});

test("a bound, nothing, and a row of several seconds", () => {
  const result = sample("pass", deflateSync);
  const series = [
    { atS: 8, overS: 3, duePerS: 1 / 3, ratePerS: 2 / 3, errors: 0 },
    { atS: 11, overS: 7, duePerS: 3 / 7, ratePerS: 0, errors: 3 },
  ].map((row) => ({ ...row, p50: null, p99: { atLeast: 12.3 }, max: 0.000512 }));
  const rows = csvFromResult({ ...result, series }).split("\r\n");
  expect(rows.slice(1, 3)).toEqual([
    "8,3,1,2,0,,>=12.3,0.000512,,response",
    "11,7,3,0,3,,>=12.3,0.000512,,response",
  ]);
});

test("the stage that is under way, where there are any", () => {
  const stage = (name: "parts" | "pass") =>
    parsed(csvFromResult(sample(name, deflateSync)))
      .slice(1)
      .map((row) => row[8]);
  expect(stage("parts").join(",")).toMatch(/^,1,1,1,1,2,2,2,2,3,3(,)*$/);
  expect(new Set(stage("pass"))).toEqual(new Set([""]));
});

test("each row says of which kind its latencies are", () => {
  const result = sample("pass", deflateSync);
  const generator = { ...result.generator, latencyKind: "service" as const };
  const [, ...rows] = parsed(csvFromResult({ ...result, generator }));
  expect(new Set(rows.map((row) => row.at(-1)))).toEqual(new Set(["service"]));
});

test("docs/formats/csv.md has each column", () => {
  const docs = readFileSync(`${import.meta.dir}/../../../docs/formats/csv.md`, "utf8");
  const named = [...docs.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(named).toEqual([...CSV_COLUMNS]);
});
