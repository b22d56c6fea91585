import { describe, expect, test } from "bun:test";
import { CONVERT_FORMATS, convertFormat, refuseUnrelated } from "./formats.ts";

describe("the table", () => {
  test("has each name once", () => {
    const names = CONVERT_FORMATS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(CONVERT_FORMATS.map((row) => [row.name, row] as const))(
    "%s keeps its word",
    (_, row) => {
      expect(row.parse !== undefined).toBe(row.reads.length > 0);
      expect(row.print !== undefined).toBe(row.writes.length > 0);
      expect(row.reads.length + row.writes.length).toBeGreaterThan(0);
    },
  );
});

test("a plan is no result", () => {
  const [plan, result, csv] = ["plan", "result", "csv"].map(convertFormat);
  expect(() => refuseUnrelated(plan, result)).toThrow(
    "--to: plan holds a plan, which is not written as result",
  );
  refuseUnrelated(result, csv);
});
