import { describe, expect, test } from "bun:test";
import { bansOf, findingsOfBans, findingsOfNames } from "./banned.ts";
import { findingsOfImports, type ImportRules } from "./imports.ts";
import { findingsOfCircles, findingsOfFloors } from "./order.ts";
import { findingsOfSizes, functionsOf } from "./sizes.ts";
import { sourceFile } from "./source-file.ts";

const rules: ImportRules = {
  rooms: {
    core: { imports: [], isPure: true },
    engine: { imports: ["core"] },
    testkit: { imports: "every room" },
  },
  packagesOf: (room) => new Set(room === "core" ? ["zod"] : []),
  packagesOfTests: new Set(["fast-check"]),
};

function imports(path: string, text: string): string[] {
  return findingsOfImports(sourceFile(path, text), rules);
}

describe("imports", () => {
  test("what a room may import passes", () => {
    expect(imports("packages/engine/a.ts", 'import { x } from "@nightjar/core/x.ts";')).toEqual([]);
    expect(
      imports("packages/core/a.ts", 'import * as z from "zod/mini";\nimport "./b.ts";'),
    ).toEqual([]);
    expect(imports("packages/testkit/a.ts", 'export * from "@nightjar/engine/x.ts";')).toEqual([]);
  });

  test("what it may not is named with its line, wherever the statement ends", () => {
    const text = '// import "bun"\nimport {\n  type A,\n} from "@nightjar/engine/a.ts";\n';
    expect(imports("packages/core/a.ts", text)).toEqual([
      "packages/core/a.ts:4: core may not import engine (allowed: no room)",
    ]);
  });

  test("paths out of the room, runtimes in a pure one, undeclared packages, by any import", () => {
    const of = (text: string) => imports("packages/core/deep/a.ts", text).length;
    expect(of('import a from "../b.ts";')).toBe(0);
    expect(of('import a from "../../engine/b.ts";')).toBe(1);
    expect(of('const a = await import("node:fs");')).toBe(1);
    expect(of('import type { A } from "bun";')).toBe(1);
    expect(of('export { b } from "@scope/b/c";')).toBe(1);
  });

  test("tests may use every room, the runtime and the packages of tests", () => {
    const text =
      'import "bun:test";\nimport "@nightjar/testkit/a.ts";\nimport fc from "fast-check";';
    expect(imports("packages/core/a.test.ts", text)).toEqual([]);
  });

  test("a room that is not in the table is a finding", () => {
    expect(imports("packages/attic/a.ts", "")).toHaveLength(1);
  });
});

describe("order", () => {
  const floors = { core: ["", "plan", "run"] };
  const of = (path: string, text: string) => findingsOfFloors(sourceFile(path, text), floors);

  test("a folder may import its own and those before it", () => {
    expect(of("packages/core/run/a.ts", 'import "../plan/b.ts";\nimport "./c.ts";')).toEqual([]);
    expect(of("packages/core/plan/a.ts", 'import "../errors.ts";\nimport "zod";')).toEqual([]);
    expect(of("packages/core/plan/a.ts", 'import "../run/b.ts";')).toEqual([
      'packages/core/plan/a.ts:1: "../run/b.ts" looks up (below it: nothing)',
    ]);
    expect(of("packages/core/plan/a.test.ts", 'import "../run/b.ts";')).toEqual([]);
    expect(of("packages/core/attic/a.ts", "")).toHaveLength(1);
  });

  test("a circle is found once, also through types and other rooms", () => {
    const files = [
      sourceFile("packages/core/a.ts", 'import type { B } from "@nightjar/engine/b.ts";'),
      sourceFile("packages/engine/b.ts", 'import "./c.ts";'),
      sourceFile("packages/engine/c.ts", 'export { A } from "@nightjar/core/a.ts";'),
      sourceFile("packages/engine/d.ts", 'import "./b.ts";\nimport "./c.ts";'),
    ];
    const [circle, ...others] = findingsOfCircles(files);
    expect(circle.split(" → ")).toEqual([
      "a circle: packages/core/a.ts",
      "packages/engine/b.ts",
      "packages/engine/c.ts",
      "packages/core/a.ts",
    ]);
    expect(others).toEqual([]);
    expect(findingsOfCircles(files.slice(1))).toEqual([]);
  });
});

describe("sizes", () => {
  const limits = { fileLines: 10, fileLinesMax: 20, functionLines: 4, lineColumns: 30 };
  const none = { fileLines: {}, functionLines: {}, longLineCount: {} };

  test("functions of every form are measured, other blocks are not", () => {
    const text = `export async function a(
  x: number,
): Promise<void> {
  if (x) {
    x();
  }
}
const b = () => {
  x();
};
class C {
  private get<T>(x: T): T {
    return x;
  }
}
interface D {
  a(): void;
}`;
    expect(functionsOf(sourceFile("a.ts", text))).toEqual([
      { lineIndex: 0, lineCount: 7 },
      { lineIndex: 7, lineCount: 3 },
      { lineIndex: 11, lineCount: 3 },
    ]);
  });

  test("too long is a finding, up to the ceiling of its own", () => {
    const file = sourceFile("a.ts", `function a() {\n${"  x();\n".repeat(10)}}\n`);
    expect(findingsOfSizes(file, limits, none)).toEqual([
      "a.ts:11: the file has 12 lines of 10: split it",
      "a.ts:1: the function has 12 lines of 4: split it",
    ]);
    const ceilings = {
      fileLines: { "a.ts": 12 },
      functionLines: { "a.ts": 12 },
      longLineCount: {},
    };
    expect(findingsOfSizes(file, limits, ceilings)).toEqual([]);
  });

  test("no ceiling lifts the highest limit", () => {
    const file = sourceFile("a.ts", "x();\n".repeat(21));
    const ceilings = { ...none, fileLines: { "a.ts": 99 } };
    expect(findingsOfSizes(file, limits, ceilings)).toHaveLength(1);
  });

  test("long lines are counted by their columns, addresses let through", () => {
    const wide = "x".repeat(31);
    const file = sourceFile("a.ts", `${wide}\n// http://${wide}\n${"é".repeat(30)}`);
    expect(findingsOfSizes(file, limits, none)).toEqual(["a.ts:1: more than 30 columns"]);
    expect(findingsOfSizes(file, limits, { ...none, longLineCount: { "a.ts": 1 } })).toEqual([]);
  });
});

describe("bans", () => {
  const bans = bansOf(["core"], ["cli"]);
  const of = (path: string, text: string) => findingsOfBans(sourceFile(path, text), bans).length;

  test("calls have their one place", () => {
    expect(of("packages/engine/a.ts", "process.exit(1);")).toBe(1);
    expect(of("packages/cli/main.ts", "process.exit(1);")).toBe(0);
    expect(of("packages/core/a.ts", "const now = performance.now();")).toBe(1);
    expect(of("packages/core/run/clock.ts", "const now = performance.now();")).toBe(0);
    expect(of("packages/engine/a.ts", "console.log(1);")).toBe(1);
    expect(of("packages/cli/a.ts", "console.log(1);")).toBe(0);
    expect(of("packages/core/a.ts", " * Bun.serve is not called here")).toBe(1);
    expect(of("packages/core/a.ts", "/**\n * Bun.serve is not called here\n */")).toBe(0);
  });

  test("any in an exported signature, but not the word", () => {
    expect(of("packages/core/a.ts", "export function a(x: any): void {")).toBe(1);
    expect(of("packages/core/a.ts", "export const a: Map<string, any> = b;")).toBe(1);
    expect(of("packages/core/a.ts", "export function anyOf(any1: string): void {")).toBe(0);
  });

  test("notes to oneself, in comments and tests too", () => {
    const note = ["TO", "DO"].join("");
    expect(of("packages/core/a.test.ts", `// ${note}: later`)).toBe(1);
  });

  test("drawers", () => {
    const named = (path: string) => findingsOfNames(sourceFile(path, "")).length;
    expect(named("packages/core/utils.ts")).toBe(1);
    expect(named("packages/core/helpers/a.ts")).toBe(1);
    expect(named("packages/core/common.test.ts")).toBe(1);
    expect(named("packages/core/prototypes.ts")).toBe(0);
  });
});
