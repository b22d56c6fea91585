/** `--output FORMAT[=FILE]`: where the Result goes, checked before the run and written after it. */
import { resolve } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Result } from "@nightjar/core/result.ts";
import { didYouMean } from "@nightjar/core/suggest.ts";
import { hlogFromResult } from "@nightjar/formats/hlog/result-hlog.ts";
import { reportOf } from "@nightjar/formats/human/report.ts";
import { jsonOf } from "@nightjar/formats/json/json.ts";
import { type OutputFile, openOutput } from "./files.ts";

export const deflate = (bytes: Uint8Array): Uint8Array => deflateSync(bytes);
export const inflate = (bytes: Uint8Array): Uint8Array => inflateSync(bytes);

export const FORMATS = ["human", "json", "hlog"] as const;
type Format = (typeof FORMATS)[number];

const REPORT_FILE_COLUMNS = 120;

export interface Output {
  readonly format: Format;
  /** `undefined`: standard output. */
  readonly file: OutputFile | undefined;
}

export interface Screen {
  readonly columns: number;
  readonly color: boolean;
  print(text: string): void;
}

function parseOutput(text: string, before: readonly Output[]): Output {
  const [name, ...rest] = text.split("=");
  const format = FORMATS.find((known) => known === name);
  if (!format) {
    throw new NightjarError(
      "bad-usage",
      `--output: unknown format "${name}"${didYouMean(name, FORMATS)}`,
      `allowed: ${FORMATS.join(", ")}`,
    );
  }
  if (rest.length === 0) return { format, file: undefined };
  const path = rest.join("=");
  if (path === "") throw new NightjarError("bad-usage", `--output: "${text}" names no file`);
  return { format, file: openAnother(path, before) };
}

/** A later output would overwrite the earlier one in the same file. */
function openAnother(name: string, before: readonly Output[]): OutputFile {
  if (before.some(({ file }) => file?.path === resolve(name))) {
    throw new NightjarError("bad-usage", `--output: ${name} is named twice`);
  }
  try {
    return openOutput(name);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    throw new NightjarError("bad-usage", `--output: ${error.message}`);
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

function withReport(outputs: readonly Output[]): Output[] {
  const printed = outputs.filter((output) => output.file === undefined);
  if (printed.length > 1) {
    const formats = printed.map((output) => output.format).join(" and ");
    throw new NightjarError(
      "bad-usage",
      `--output: ${formats} cannot share standard output`,
      "give one a file",
    );
  }
  return printed.length === 0 ? [{ format: "human", file: undefined }, ...outputs] : [...outputs];
}

function render(format: Format, result: Result, screen: Pick<Screen, "columns" | "color">): string {
  if (format === "json") return jsonOf(result);
  if (format === "hlog") return hlogFromResult(result, { inflate });
  return reportOf(result, { columns: screen.columns, color: screen.color, inflate });
}

/** Writes all of them, even when one fails; then throws the first failure. */
export function writeOutputs(outputs: readonly Output[], result: Result, screen: Screen): void {
  let failure: unknown;
  for (const { format, file } of outputs) {
    try {
      if (file) file.write(render(format, result, { columns: REPORT_FILE_COLUMNS, color: false }));
      else screen.print(render(format, result, screen));
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure) throw failure;
}
