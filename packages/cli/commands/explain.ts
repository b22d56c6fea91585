/**
 * `nightjar explain result.json`, or `-` for standard input: why the verdict of a run is what it
 * is, in sentences.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { isMeasured, type ResultDocument } from "@nightjar/core/result/result-document.ts";
import { explain } from "@nightjar/formats/explain/explain.ts";
import { readResult } from "@nightjar/formats/json/read-result.ts";
import { readInput } from "../files.ts";
import type { Screen } from "../outputs.ts";
import { readStandardInput, STANDARD_INPUT } from "../standard-input.ts";
import { inflate } from "../zlib.ts";

/** Those of runs of a day, of many workers, are some MB. */
const MAX_RESULT_BYTES = 256 * 1024 * 1024;

/** Throws `bad-usage` for a file that cannot be read or is no Result. */
export async function explainFile(path: string, screen: Screen): Promise<void> {
  if (path !== STANDARD_INPUT) return explainBytes(readInput(path, MAX_RESULT_BYTES), path, screen);
  explainBytes(await readStandardInput(MAX_RESULT_BYTES), "standard input", screen);
}

function explainBytes(bytes: Uint8Array, from: string, { columns, color, print }: Screen): void {
  try {
    const result = readResult(textOf(bytes));
    if (!isMeasured(result))
      throw new NightjarError("file", notOurs(result), "see its report: nightjar convert");
    print(explain(result, { columns, color, inflate }));
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    throw new NightjarError("bad-usage", `${from}: ${error.message}`, error.hint);
  }
}

/** What another tool measured has no account that an explanation could go by. */
function notOurs({ generator, source }: ResultDocument): string {
  const format = source?.format ?? "a document";
  return `it was converted from ${format} of ${generator.name}, which says too little to explain`;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NightjarError("file", "not JSON: it is no text in UTF-8");
  }
}
