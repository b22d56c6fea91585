/** The formats of Nighthawk's Output, in upstream's order. */
import { csv } from "./csv.ts";
import { dotted } from "./dotted.ts";
import { fortio, fortioPedantic } from "./fortio.ts";
import { human } from "./human.ts";
import { json } from "./json.ts";
import type { Output } from "./output-messages.ts";
import { prometheus } from "./prometheus.ts";
import { yaml } from "./yaml.ts";

const WRITERS = {
  json,
  human,
  yaml,
  dotted,
  fortio,
  experimental_fortio_pedantic: fortioPedantic,
  csv,
  prometheus,
} as const;

export type OutputFormat = keyof typeof WRITERS;

export const OUTPUT_FORMATS = Object.keys(WRITERS) as OutputFormat[];

/** Throws `file` for an Output that has not what the format needs. */
export function writeOutput(output: Output, format: OutputFormat): string {
  return WRITERS[format](output);
}
