/**
 * `nightjar nighthawk-output-transform --output-format F`: a Nighthawk Output in JSON on standard
 * input → one of Nighthawk's formats on standard output, as upstream's tool of this name does.
 */
import { EXIT, NightjarError } from "@nightjar/core/errors.ts";
import { type OutputFormat, writeOutput } from "@nightjar/formats/nighthawk/output-formats.ts";
import { parseOutput } from "@nightjar/formats/nighthawk/parse-output.ts";
import { OUTPUT_FORMAT_OPTION } from "../options/nighthawk-output-transform.ts";
import { refuseOption } from "../options/value.ts";
import type { Flags } from "../plan-flags.ts";
import { readStandardInput } from "../standard-input.ts";
import { note, write } from "../terminal.ts";

/** Of a run with thousands of workers. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NightjarError("file", "Nighthawk Output: not JSON: it is no text in UTF-8");
  }
}

function formatOf({ outputFormat }: Flags): OutputFormat {
  if (outputFormat !== undefined) return outputFormat as OutputFormat;
  const formats = OUTPUT_FORMAT_OPTION.choices!.join(", ");
  return refuseOption(OUTPUT_FORMAT_OPTION, `one of ${formats} is wanted, found nothing`);
}

/** The exit code: 1 for what is no Output, with `Input error: …`, as those who call it expect. */
export async function nighthawkOutputTransform(flags: Flags): Promise<number> {
  const format = formatOf(flags);
  const bytes = await readStandardInput(MAX_OUTPUT_BYTES);
  try {
    write(writeOutput(parseOutput(textOf(bytes)), format));
    return EXIT.pass;
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    note(`Input error: ${error.message}`);
    if (error.hint) note(`  ${error.hint}`);
    return EXIT.operating;
  }
}
