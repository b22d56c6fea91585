/** Where several Results of one command go: the formats that can hold them. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { htmlOfSeveral } from "@nightjar/formats/html/side-by-side.ts";
import { sideBySideOf } from "@nightjar/formats/human/side-by-side.ts";
import { jsonOf } from "@nightjar/formats/json/json.ts";
import { junitOfSeveral } from "@nightjar/formats/junit/side-by-side.ts";
import { markdownOfSeveral } from "@nightjar/formats/markdown/side-by-side.ts";
import {
  type Format,
  type Output,
  openOutputs,
  type Paper,
  releaseOutputs,
  writeEach,
  writeText,
} from "./outputs.ts";
import type { Flags } from "./plan-flags.ts";
import type { Terminal } from "./terminal.ts";
import { inflate } from "./zlib.ts";

const WRITERS: Partial<Record<Format, (document: SideBySide, paper: Paper) => string>> = {
  human: sideBySideOf,
  html: (document) => htmlOfSeveral(document, { inflate }),
  markdown: markdownOfSeveral,
  junit: junitOfSeveral,
  json: jsonOf,
};

/** Throws `bad-usage`. */
export function openForSeveral(flags: Flags): Output[] {
  const outputs = openOutputs((flags.output as string[] | undefined) ?? []);
  const other = outputs.find(({ format }) => WRITERS[format] === undefined);
  if (other === undefined) return outputs;
  releaseOutputs(outputs);
  throw new NightjarError(
    "bad-usage",
    `--output: ${other.format} is of one Result, and this command gives several`,
    `allowed: ${Object.keys(WRITERS).join(", ")}`,
  );
}

/** Writes all of them, even when one fails; then throws the first failure. */
export function writeSeveral(
  document: SideBySide,
  outputs: readonly Output[],
  terminal: Terminal,
): Promise<void> {
  return writeEach(outputs, (output) => {
    const write = WRITERS[output.format];
    if (write) writeText(output, terminal, (paper) => write(document, paper));
  });
}
