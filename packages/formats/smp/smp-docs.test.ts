/** docs/smp.md names what there is, and nothing else. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { keptIn } from "./kept-labels.ts";
import { COUNT_LABELS, NUMBER_LABELS, TEXT_LABELS } from "./result-labels.ts";
import { CLIENT_FIELDS, MESH_FIELDS, RESULT_FIELDS, TEST_FIELDS } from "./smp-fields.ts";
import { MESHES } from "./smp-mesh.ts";

const docs = readFileSync(`${import.meta.dir}/../../../docs/smp.md`, "utf8");

/** What stands in code marks in the first column of the first table under a heading. */
function namedUnder(heading: string): string[] {
  const section = docs.split(`\n## ${heading}\n`)[1].split("\n## ")[0];
  const [table] = section
    .trim()
    .split("\n\n")
    .filter((block) => block.startsWith("| Field"));
  const cells = table.split("\n").slice(2);
  return cells.flatMap((row) => [...row.split("|")[1].matchAll(/`([^`]+)`/g)].map(([, it]) => it));
}

const classic = (fields: typeof TEST_FIELDS) => fields.map(({ classic: name }) => name);

test("every field of a configuration", () => {
  const fields = [TEST_FIELDS, CLIENT_FIELDS, MESH_FIELDS].flatMap(classic);
  expect([...new Set(namedUnder("Test configuration"))].sort()).toEqual(
    [...new Set([...fields, "mesh"])].sort(),
  );
});

test("every field of a result", () => {
  expect(namedUnder("Result").sort()).toEqual(classic(RESULT_FIELDS).sort());
});

test("every label, and no other", () => {
  const known: readonly string[] = [...TEXT_LABELS, ...COUNT_LABELS, ...NUMBER_LABELS];
  const named = [...docs.matchAll(/`nightjar\.([\w.]+)/g)].map(([, name]) => name);
  const bounds = (name: string) => !name.endsWith("_at_least_ms");
  for (const name of known.filter(bounds)) expect(named).toContain(name);
  for (const name of named) expect([...known, "label.x"]).toContain(name);
});

test("labels that a plan keeps for SMP are such", () => {
  const named = [...docs.matchAll(/`(smp\.[\w.]+)`/g)].map(([, name]) => name);
  expect(new Set(named).size).toBeGreaterThan(8);
  const labels = Object.fromEntries(named.filter((name) => name !== "smp.x").map((n) => [n, ""]));
  expect(() => keptIn(labels)).not.toThrow();
});

test("every mesh with its number", () => {
  for (const { number, name } of MESHES) {
    expect(docs).toContain(number === null ? `mesh: ${name}` : `${number} ${name}`);
  }
});
