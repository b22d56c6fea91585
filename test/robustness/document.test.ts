/** Each row of docs/robustness.md names a test that is there. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = new URL("../..", import.meta.url).pathname;

interface Row {
  readonly line: string;
  readonly file: string;
  readonly name: string;
}

/** Of the tables whose last column is "Test". */
function rowsOf(document: string): Row[] {
  const rows: Row[] = [];
  let isProven = false;
  for (const line of document.split("\n")) {
    if (!line.startsWith("|")) isProven = false;
    else if (/\| Test \|$/.test(line)) isProven = true;
    else if (isProven && !line.startsWith("|---")) {
      const [, file = "", name = ""] = /`([^`]+)` "([^"]+)" \|$/.exec(line) ?? [];
      rows.push({ line, file, name });
    }
  }
  return rows;
}

const rows = rowsOf(readFileSync(join(ROOT, "docs/robustness.md"), "utf8"));

test("every row of docs/robustness.md names a test, and its file holds it", () => {
  expect(rows.length).toBeGreaterThan(40);
  const wrong = rows.filter(({ file, name }) => {
    const path = join(ROOT, file);
    if (!/\.test\.ts$/.test(file) || !existsSync(path)) return true;
    const titles = readFileSync(path, "utf8").match(/["'`].*?["'`],?/g) ?? [];
    return !titles.some((title) => title.includes(name));
  });
  expect(wrong.map(({ line }) => line)).toEqual([]);
});

test("every test file of this folder is named", () => {
  const named = new Set(rows.map(({ file }) => file));
  const files = [...new Bun.Glob("*.test.ts").scanSync(import.meta.dir)];
  const unnamed = files.filter((file) => !named.has(`test/robustness/${file}`));
  expect(unnamed.sort()).toEqual(["document.test.ts", "node-agreement.test.ts"]);
});
