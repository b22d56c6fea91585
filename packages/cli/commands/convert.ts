/**
 * `nightjar convert --from F --to G FILE`, or `-` for standard input: documents of other tools in
 * and out. What the formats are is a table of the room of formats; here they meet files.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import type {
  Content,
  ConvertContext,
  ConvertFormat,
  DocumentFormat,
  LatencyUnit,
  TextFormat,
} from "@nightjar/formats/convert/content.ts";
import { convertFormat, refuseUnrelated } from "@nightjar/formats/convert/formats.ts";
import { prettyJson } from "@nightjar/formats/json/json.ts";
import { openOutput, readInput } from "../files.ts";
import {
  FROM_OPTION,
  LATENCY_UNIT_OPTION,
  OUTFILE_OPTION,
  SYNTAX_OPTION,
  TO_OPTION,
} from "../options/convert.ts";
import { keyOf, type OptionRow } from "../options/row.ts";
import { refuseOption } from "../options/value.ts";
import type { Flags } from "../plan-flags.ts";
import { located } from "../refusal.ts";
import { readStandardInput, STANDARD_INPUT } from "../standard-input.ts";
import type { Terminal } from "../terminal.ts";
import { yamlDocumentsIn } from "../yaml-file.ts";
import { yamlOf } from "../yaml-text.ts";
import { deflate, inflate } from "../zlib.ts";

/** A Result of a run of a day is some MB; a document of YAML is written by people. */
const MAX_BYTES = { text: 256 * 1024 * 1024, document: 16 * 1024 * 1024 } as const;

/** Throws `bad-usage` and `bad-plan`, with the place in the file. */
export async function convert(file: string, flags: Flags, terminal: Terminal): Promise<void> {
  const from = formatOf(FROM_OPTION, flags);
  const to = formatOf(TO_OPTION, flags);
  refuseUnrelated(from, to);
  if (flags.syntax !== undefined && to.syntax === "text") {
    refuseOption(SYNTAX_OPTION, `${to.name} has a syntax of its own`, "leave it out");
  }
  const outfile = flags.outfile as string | undefined;
  const out = outfile === undefined ? undefined : openOutfile(outfile);
  try {
    const input = await inputOf(file, MAX_BYTES[from.syntax]);
    const context = { deflate, inflate, latencyUnit: latencyUnitFor(from, flags) };
    const note = (text: string) => terminal.note(`${input.name}: ${text}`);
    const content = contentOf(from, input, { ...context, note });
    const printed = printedAs(to, content, { ...context, note });
    const text = typeof printed === "string" ? printed : documentsText(printed, flags);
    if (out) out.write(text);
    else terminal.print(text);
  } finally {
    out?.release();
  }
}

interface Context extends ConvertContext {
  readonly note: (text: string) => void;
}

function formatOf(row: OptionRow, flags: Flags): ConvertFormat {
  const name = flags[keyOf(row)] as string | undefined;
  if (name !== undefined) return convertFormat(name);
  const allowed = `allowed: ${row.choices?.join(", ")}`;
  return refuseOption(row, "a format is wanted, found nothing", allowed);
}

function latencyUnitFor({ name }: ConvertFormat, flags: Flags): LatencyUnit | undefined {
  const unit = flags[keyOf(LATENCY_UNIT_OPTION)] as LatencyUnit | undefined;
  if (unit === undefined || name === "smp-result") return unit;
  return refuseOption(LATENCY_UNIT_OPTION, `${name} says its unit itself`, "leave it out");
}

function openOutfile(name: string) {
  try {
    return openOutput(name);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return refuseOption(OUTFILE_OPTION, error.message);
  }
}

interface Input {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function inputOf(file: string, most: number): Promise<Input> {
  if (file !== STANDARD_INPUT) return { name: file, bytes: readInput(file, most) };
  return { name: "standard input", bytes: await readStandardInput(most) };
}

function contentOf(from: ConvertFormat, input: Input, context: Context): Content {
  return from.syntax === "text"
    ? textContent(from, input, context)
    : documentContent(from, input, context);
}

function textContent(from: TextFormat, { name, bytes }: Input, context: Context): Content {
  try {
    const { value, notes } = from.parse!(decoded(from.name, bytes), context);
    notes.forEach(context.note);
    return value;
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    throw new NightjarError("bad-usage", `${name}: ${error.message}`, error.hint);
  }
}

function decoded(format: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NightjarError("file", `a document of ${format} is a text in UTF-8, and this is not`);
  }
}

function documentContent(
  { parse, name }: DocumentFormat,
  { name: file, bytes }: Input,
  context: Context,
): Content {
  const documents = yamlDocumentsIn(bytes, { name: file, what: `a document of ${name}` });
  const contents = documents.map(({ value: document, placeOf }) => {
    try {
      const { value, notes } = parse!(document, context);
      notes.forEach(context.note);
      return value;
    } catch (error) {
      throw located(error, [], { placeOf });
    }
  });
  if (contents.length > 0) return contents.reduce((all, one) => joined(file, all, one));
  throw new NightjarError("bad-usage", `${file}: a document of ${name} is wanted, found nothing`);
}

/** Plans stand beside each other. */
function joined(file: string, all: Content, one: Content): Content {
  if (all.noun === "plan" && one.noun === "plan") {
    return { noun: "plan", plans: [...all.plans, ...one.plans] };
  }
  throw new NightjarError("bad-usage", `${file}: one result is converted at a time, found several`);
}

function printedAs(
  to: ConvertFormat,
  content: Content,
  context: Context,
): string | readonly unknown[] {
  try {
    const { value, notes } = to.print!(content, context);
    notes.forEach(context.note);
    return value;
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return refuseOption(TO_OPTION, `${to.name}: ${error.message}`, error.hint);
  }
}

function documentsText(documents: readonly unknown[], { syntax }: Flags): string {
  if (syntax !== "json") return documents.map(yamlOf).join("---\n");
  if (documents.length === 1) return `${prettyJson(documents[0])}\n`;
  const what = `JSON holds one document, and there are ${documents.length}`;
  return refuseOption(SYNTAX_OPTION, what);
}
