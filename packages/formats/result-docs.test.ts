/** docs/formats/result.md and the schema name the same things. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { LATENCY_COLUMNS, resultSchema } from "@nightjar/core/result/result.ts";

const docs = readFileSync(`${import.meta.dir}/../../docs/formats/result.md`, "utf8");

/** What stands in code marks in the first column of the table under a heading. */
function named(heading: string): string[] {
  const section = docs.split(`\n## ${heading}\n`)[1].split("\n## ")[0];
  const cells = section.split("\n").filter((row) => row.startsWith("| `"));
  return cells.flatMap((row) => [...row.split("|")[1].matchAll(/`([^`]+)`/g)].map(([, it]) => it));
}

test("every key of the document, and no other", () => {
  expect(named("Keys").sort()).toEqual(Object.keys(resultSchema.shape).sort());
});

test("every term of the accounting", () => {
  const terms = Object.keys(resultSchema.shape.accounting.shape);
  for (const term of terms) expect(docs).toContain(term);
});

test("every column, and no other", () => {
  expect(named("Latencies").sort()).toEqual([...LATENCY_COLUMNS].sort());
});

test("every key of a slice, and of what is made of slices and latencies", () => {
  const { stages, targets, backends, recorded, series } = resultSchema.shape;
  const shapes = [stages, targets, series].map(({ element }) => element.shape);
  const byName = [backends, recorded].map(({ valueType }) => valueType.shape);
  for (const key of [...shapes, ...byName].flatMap(Object.keys)) expect(docs).toContain(`\`${key}`);
});
