/** What is committed under generated/ is what buf makes of proto/. */
import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BUF = join(import.meta.dir, "../../node_modules/.bin/buf");

function filesIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

test("the generated code is that of the .proto files: npm run wire makes it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightjar-wire-"));
  try {
    const buf = Bun.spawn([BUF, "generate", "-o", folder], {
      cwd: import.meta.dir,
      stderr: "pipe",
    });
    const [said, code] = await Promise.all([buf.stderr.text(), buf.exited]);
    expect([code, said]).toEqual([0, ""]);
    const made = filesIn(join(folder, "generated"));
    expect(Object.keys(made).length).toBeGreaterThan(10);
    expect(filesIn(join(import.meta.dir, "generated"))).toEqual(made);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
