/** The source files that the rules of taste look at. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface SourceFile {
  /** From the root of the checkout, with slashes. */
  path: string;
  /** The folder under packages/; undefined outside. */
  room: string | undefined;
  isTest: boolean;
  lines: readonly string[];
  /** The same lines, those that are all comment left empty. */
  code: readonly string[];
}

/** "path:line: what is wrong" */
export type Finding = string;

/** Of others, and of machines. */
const NOT_OURS = /node_modules\/|^packages\/wire\/generated\//;

export function readSources(root: string): SourceFile[] {
  const glob = new Bun.Glob("{packages,scripts,bench,test}/**/*.ts");
  const paths = [...glob.scanSync(root)].filter((path) => !NOT_OURS.test(path));
  return paths.sort().map((path) => sourceFile(path, readFileSync(join(root, path), "utf8")));
}

export function sourceFile(path: string, text: string): SourceFile {
  const lines = text.replace(/\n$/, "").split("\n");
  return {
    path,
    room: /^packages\/([^/]+)\//.exec(path)?.[1],
    isTest: path.endsWith(".test.ts"),
    lines,
    code: withoutComments(lines),
  };
}

export function finding({ path }: SourceFile, lineIndex: number, what: string): Finding {
  return `${path}:${lineIndex + 1}: ${what}`;
}

/** Enough for formatted code, where comments begin their line; what follows code stays. */
function withoutComments(lines: readonly string[]): string[] {
  let isInside = false;
  return lines.map((line) => {
    const isComment = isInside || /^\s*\/[/*]/.test(line);
    if (/^\s*\/\*/.test(line)) isInside = true;
    if (line.includes("*/")) isInside = false;
    return isComment ? "" : line;
  });
}
