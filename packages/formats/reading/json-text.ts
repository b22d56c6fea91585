/** The text of another tool's JSON → its value, or one sentence that says where it is wrong. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { jsonFault } from "./json-fault.ts";

const SHOWN_CHARACTERS = 40;
/** Nothing more, or the beginning of a token: a text, a number, a word. */
const CUT_SHORT =
  /^(?:"(?:[^"\\]|\\.)*\\?|-|-?\d+(?:\.|\.?\d*[eE][-+]?)|t|tr|tru|f|fa|fal|fals|n|nu|nul)?$/s;

function refuse(format: string, what: string): never {
  throw new NightjarError("file", `${format}: ${what}`);
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
}

function found(text: string, offset: number): string {
  const rest = text.slice(offset, offset + SHOWN_CHARACTERS);
  return JSON.stringify(/^\s*[^\s,\]}]*/.exec(rest)?.[0].trim() || rest.slice(0, 1));
}

function refuseFault(format: string, text: string): never {
  const fault = jsonFault(text);
  if (fault === undefined) return refuse(format, "it is nested too deeply to be read");
  const { offset, wanted } = fault;
  const where = lineAndColumn(text, offset);
  if (CUT_SHORT.test(text.slice(offset))) refuse(format, `it is cut short: it ends at ${where}`);
  return refuse(format, `not JSON: ${where}: ${wanted} is wanted, found ${found(text, offset)}`);
}

/** `format`: what the text is to be, as the error calls it. Throws `file`. */
export function parseJsonText(text: string, format: string): unknown {
  const bare = text.replace(/^\ufeff/, "");
  if (bare.trim() === "") return refuse(format, "it is empty");
  try {
    return JSON.parse(bare);
  } catch {
    return refuseFault(format, bare);
  }
}
