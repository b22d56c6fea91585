/** Options of `nightjar nighthawk-output-transform`: upstream's one. */
import { OUTPUT_FORMATS } from "@nightjar/formats/nighthawk/output-formats.ts";
import type { OptionRow } from "./row.ts";

export const OUTPUT_FORMAT_OPTION: OptionRow = {
  flag: "--output-format",
  value: "FORMAT",
  group: "Output",
  kind: "word",
  choices: OUTPUT_FORMATS,
  help: "what to write; it must be given",
  example: "--output-format human",
  proof: "nighthawk-output-transform.test.ts",
};
