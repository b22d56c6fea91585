import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BENCHES } from "./benches.ts";
import { withResults } from "./document.ts";
import { type Entry, newest } from "./history.ts";

const text = readFileSync(join(import.meta.dir, "../docs/performance.md"), "utf8");

test("docs/performance.md has what the newest runs in history.jsonl have printed", () => {
  expect(withResults(text, newest())).toBe(text);
});

test("each bench has its place there", () => {
  for (const { name } of BENCHES) expect(text).toContain(`<!-- bench: ${name} -->`);
});

const entry: Entry = {
  at: "2026-11-25T00:00:00.000Z",
  bench: "lag",
  machine: { cpu: "X", cores: 2, kernel: "6.1.0-a", bun: "1.4.5", commit: "abc", parts: {} },
  lines: ["| a |", "| --- |", "seconds: 7\n  worker: 2"],
  judged: [
    { kind: "aim", says: "lag p50 at 10000/s ≤ 5 µs", outcome: "holds", measured: "1 [1, 2]" },
  ],
  values: {},
  data: null,
};

test("a block is replaced by the run, tables as they are and lines as a list", () => {
  const before =
    "# T\n<!-- bench: lag -->\nold\n<!-- end -->\nrest <!-- bench: http -->\n<!-- end -->";
  const after = withResults(before, new Map([["lag", entry]]));
  expect(after).toBe(
    "# T\n<!-- bench: lag -->\n\n" +
      "`npm run bench -- lag`, 2026-11-25, commit abc, 2 cores of X, Linux 6.1.0:\n\n" +
      "| a |\n| --- |\n* seconds: 7; worker: 2\n\n<!-- end -->\n" +
      "rest <!-- bench: http -->\n\n`npm run bench -- http`: not measured yet.\n\n<!-- end -->",
  );
  expect(withResults(after, new Map([["lag", entry]]))).toBe(after);
});

test("the table of claims has all of them, with what was measured", () => {
  const empty = "<!-- bench: claims -->\n<!-- end -->";
  const lines = withResults(empty, new Map([["lag", entry]])).split("\n");
  expect(lines).toContain("| aim | lag p50 at 10000/s ≤ 5 µs | holds | 1 [1, 2] |");
  const count = BENCHES.reduce((sum, { claims }) => sum + claims.length, 0);
  expect(lines.filter((line) => line.startsWith("| "))).toHaveLength(count + 2);
});
