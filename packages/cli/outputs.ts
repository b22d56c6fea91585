/**
 * `--output FORMAT[=FILE]`: where the Result goes, checked before the run and written after it;
 * `jsonl` while it goes on (live-outputs.ts).
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import { LATENCY_COLUMNS, type LatencyColumn, type Result } from "@nightjar/core/result/result.ts";
import { csvFromResult } from "@nightjar/formats/csv/result-csv.ts";
import { hgrmFromResult } from "@nightjar/formats/hgrm/result-hgrm.ts";
import { hlogFromResult } from "@nightjar/formats/hlog/result-hlog.ts";
import { htmlOf } from "@nightjar/formats/html/html.ts";
import { reportOf } from "@nightjar/formats/human/report.ts";
import { jsonOf } from "@nightjar/formats/json/json.ts";
import { junitOf } from "@nightjar/formats/junit/junit.ts";
import { markdownOf } from "@nightjar/formats/markdown/markdown.ts";
import { isSameFile, type OutputFile, openOutput } from "./files.ts";
import { inflate } from "./zlib.ts";

export const FORMATS = [
  "human",
  "html",
  "markdown",
  "junit",
  "json",
  "hlog",
  "hgrm",
  "csv",
  "jsonl",
] as const;
export type Format = (typeof FORMATS)[number];

const REPORT_FILE_COLUMNS = 120;

export interface Output {
  readonly format: Format;
  /** Of `hgrm`. */
  readonly column: LatencyColumn;
  /** `undefined`: standard output. */
  readonly file: OutputFile | undefined;
}

export interface Screen {
  readonly columns: number;
  readonly color: boolean;
  print(text: string): void;
}

function refuse(message: string, hint?: string): never {
  throw new NightjarError("bad-usage", `--output: ${message}`, hint);
}

function wordIn<T extends string>(word: string, allowed: readonly T[], what: string): T {
  const found = allowed.find((known) => known === word);
  if (found) return found;
  const near = didYouMean(word, allowed);
  return refuse(`unknown ${what} "${word}"${near}`, `allowed: ${allowed.join(", ")}`);
}

/** `hgrm:service`: the column behind the colon. */
function parseFormat(text: string): Pick<Output, "format" | "column"> {
  const [name, column] = text.split(/:(.*)/s);
  const format = wordIn(name, FORMATS, "format");
  if (column === undefined) return { format, column: "response" };
  if (format !== "hgrm") refuse(`${format} has no columns to choose from, found "${text}"`);
  return { format, column: wordIn(column, LATENCY_COLUMNS, "column") };
}

function parseOutput(text: string, before: readonly Output[]): Output {
  const [name, path] = text.split(/=(.*)/s);
  const format = parseFormat(name);
  if (path === "") refuse(`"${text}" names no file`);
  return { ...format, file: path === undefined ? undefined : openAnother(path, before) };
}

/** A later output would overwrite the earlier one in the same file. */
function openAnother(name: string, before: readonly Output[]): OutputFile {
  const same = before.find(({ file }) => file !== undefined && isSameFile(file.path, name));
  if (same !== undefined) refuse(`${name} is named twice`);
  try {
    return openOutput(name);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return refuse(error.message);
  }
}

/** The report goes to standard output too, unless something else does. Throws `bad-usage`. */
export function openOutputs(texts: readonly string[]): Output[] {
  const outputs: Output[] = [];
  try {
    for (const text of texts) outputs.push(parseOutput(text, outputs));
    return withReport(outputs);
  } catch (error) {
    releaseOutputs(outputs);
    throw error;
  }
}

export function releaseOutputs(outputs: readonly Output[]): void {
  for (const { file } of outputs) file?.release();
}

const REPORT: Output = { format: "human", column: "response", file: undefined };

function withReport(outputs: readonly Output[]): Output[] {
  const printed = outputs.filter((output) => output.file === undefined);
  if (printed.length > 1) {
    const formats = printed.map((output) => output.format).join(" and ");
    refuse(`${formats} cannot share standard output`, "give one a file");
  }
  return printed.length === 0 ? [REPORT, ...outputs] : [...outputs];
}

export type Paper = Pick<Screen, "columns" | "color">;

function render({ format, column }: Output, result: Result, { columns, color }: Paper): string {
  switch (format) {
    case "html":
      return htmlOf(result, { inflate });
    case "markdown":
      return markdownOf(result);
    case "junit":
      return junitOf(result);
    case "json":
      return jsonOf(result);
    case "hlog":
      return hlogFromResult(result, { inflate });
    case "hgrm":
      return hgrmFromResult(result, column, { inflate });
    case "csv":
      return csvFromResult(result);
    default:
      return reportOf(result, { columns, color, inflate });
  }
}

/** To the screen or to its file, each as wide as it is. */
export function writeText(
  { file }: Output,
  screen: Screen,
  textFor: (paper: Paper) => string,
): void {
  if (!file) return screen.print(textFor(screen));
  file.write(textFor({ columns: REPORT_FILE_COLUMNS, color: false }));
}

export interface WrittenLive {
  end(output: Output, result: Result): Promise<void>;
}

/** What a Result is written to. */
export interface Paperwork {
  readonly outputs: readonly Output[];
  /** Those that were written while the run went on, and want their end. */
  readonly live: WrittenLive;
  readonly screen: Screen;
}

/** Writes all of them, even when one fails; then throws the first failure. */
export async function writeEach(
  outputs: readonly Output[],
  write: (output: Output) => void | Promise<void>,
): Promise<void> {
  let failure: unknown;
  for (const output of outputs) {
    try {
      await write(output);
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure) throw failure;
}

/** As `writeEach`. */
export function writeOutputs(result: Result, { outputs, live, screen }: Paperwork): Promise<void> {
  return writeEach(outputs, (output) => {
    if (output.format === "jsonl") return live.end(output, result);
    return writeText(output, screen, (paper) => render(output, result, paper));
  });
}
