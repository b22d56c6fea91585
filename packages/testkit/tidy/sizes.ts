/** How long files, functions and lines may be. What is longer has a ceiling of its own. */
import { type Finding, finding, type SourceFile } from "./source-file.ts";

export interface SizeLimits {
  fileLines: number;
  /** No ceiling allows more. */
  fileLinesMax: number;
  functionLines: number;
  lineColumns: number;
}

/** By path. For functions the longest of the file, for lines how many are too long. */
export interface SizeCeilings {
  fileLines: Readonly<Record<string, number>>;
  functionLines: Readonly<Record<string, number>>;
  longLineCount: Readonly<Record<string, number>>;
}

export function findingsOfSizes(
  file: SourceFile,
  limits: SizeLimits,
  ceilings: SizeCeilings,
): Finding[] {
  return [
    ...findingsOfFile(file, limits, ceilings),
    ...findingsOfFunctions(file, limits, ceilings),
    ...findingsOfLines(file, limits, ceilings),
  ];
}

function findingsOfFile(file: SourceFile, limits: SizeLimits, ceilings: SizeCeilings): Finding[] {
  const ceiling = ceilings.fileLines[file.path] ?? limits.fileLines;
  const limit = Math.min(ceiling, limits.fileLinesMax);
  const count = file.lines.length;
  return count > limit
    ? [finding(file, limit, `the file has ${count} lines of ${limit}: split it`)]
    : [];
}

/** Tests are told as a story inside `describe`: their functions may be long. */
function findingsOfFunctions(
  file: SourceFile,
  limits: SizeLimits,
  ceilings: SizeCeilings,
): Finding[] {
  if (file.isTest) return [];
  const limit = ceilings.functionLines[file.path] ?? limits.functionLines;
  return functionsOf(file)
    .filter(({ lineCount }) => lineCount > limit)
    .map(({ lineIndex, lineCount }) =>
      finding(file, lineIndex, `the function has ${lineCount} lines of ${limit}: split it`),
    );
}

/** Addresses cannot be broken. */
function findingsOfLines(file: SourceFile, limits: SizeLimits, ceilings: SizeCeilings): Finding[] {
  const long = file.lines.flatMap((line, lineIndex) =>
    [...line].length > limits.lineColumns && !line.includes("://") ? [lineIndex] : [],
  );
  if (long.length <= (ceilings.longLineCount[file.path] ?? 0)) return [];
  return long.map((lineIndex) =>
    finding(file, lineIndex, `more than ${limits.lineColumns} columns`),
  );
}

export interface MeasuredFunction {
  /** Of its first line. */
  lineIndex: number;
  /** From its first line to its closing brace. */
  lineCount: number;
}

const OPENS_FUNCTION = [
  /^\s*(?:export )?(?:default )?(?:async )?function\b/,
  /=> \{$/,
  /^\s*(?!(?:if|for|while|switch|catch|return|function)\b)(?:[a-z]+ )*[#*\w$]+(?:<.*>)?\(.*[{(]$/,
];

/**
 * Measured by indentation, which the formatter guarantees: a function ends at the first line that
 * begins with a brace where the function's first line begins.
 */
export function functionsOf(file: SourceFile): MeasuredFunction[] {
  return file.code.flatMap((line, lineIndex) => {
    if (!OPENS_FUNCTION.some((pattern) => pattern.test(line))) return [];
    const endIndex = closingLine(file.code, lineIndex);
    return endIndex === undefined ? [] : [{ lineIndex, lineCount: endIndex - lineIndex + 1 }];
  });
}

/** A signature over several lines closes its parenthesis first: `): Answer {` goes on. */
function closingLine(code: readonly string[], startIndex: number): number | undefined {
  const indent = /^ */.exec(code[startIndex])?.[0] ?? "";
  for (let index = startIndex + 1; index < code.length; index++) {
    const line = code[index];
    if (line === "" || line.startsWith(`${indent} `)) continue;
    if (line.startsWith(`${indent})`) && line.endsWith("{")) continue;
    return line.startsWith(`${indent}}`) ? index : undefined;
  }
  return undefined;
}
