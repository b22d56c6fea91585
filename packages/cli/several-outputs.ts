/** Where several Results of one command go: two of the formats can hold them. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { sideBySideOf } from "@nightjar/formats/human/side-by-side.ts";
import { jsonOf } from "@nightjar/formats/json/json.ts";
import { type Output, openOutputs, REPORT_FILE_COLUMNS, releaseOutputs } from "./outputs.ts";
import type { Flags } from "./plan-flags.ts";
import type { Terminal } from "./terminal.ts";

const FORMATS: readonly string[] = ["human", "json"];

/** Throws `bad-usage`. */
export function openTwoKinds(flags: Flags): Output[] {
  const outputs = openOutputs((flags.output as string[] | undefined) ?? []);
  const other = outputs.find(({ format }) => !FORMATS.includes(format));
  if (other === undefined) return outputs;
  releaseOutputs(outputs);
  throw new NightjarError(
    "bad-usage",
    `--output: ${other.format} is of one Result, and this command gives several`,
    "allowed: human, json",
  );
}

export function writeSeveral(
  document: SideBySide,
  outputs: readonly Output[],
  terminal: Terminal,
): void {
  for (const { format, file } of outputs) {
    const paper = file ? { columns: REPORT_FILE_COLUMNS, color: false } : terminal;
    const text = format === "json" ? jsonOf(document) : sideBySideOf(document, paper);
    if (file) file.write(text);
    else terminal.print(text);
  }
}
