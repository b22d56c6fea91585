import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noteNotMeasured } from "./timed.ts";

const FILE_VARIABLE = "NIGHTJAR_NOT_MEASURED_FILE";
const runnersFile = process.env[FILE_VARIABLE];

afterEach(() => {
  if (runnersFile === undefined) delete process.env[FILE_VARIABLE];
  else process.env[FILE_VARIABLE] = runnersFile;
});

test("what was not measured is a line of its own in the runner's file", () => {
  const folder = mkdtempSync(join(tmpdir(), "nightjar-timed-"));
  const file = join(folder, "not-measured.txt");
  process.env[FILE_VARIABLE] = file;
  noteNotMeasured("lag", "the machine was busy");
  noteNotMeasured("turn", "a reason\nof two lines");
  expect(readFileSync(file, "utf8")).toBe(
    "lag: the machine was busy\nturn: a reason of two lines\n",
  );
  rmSync(folder, { recursive: true });
});
