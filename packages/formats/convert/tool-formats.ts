/** Results of other load generators; what their documents do not say, a note names. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { unsaidNotes } from "../foreign/unsaid-notes.ts";
import { parseFortio } from "../fortio/parse-fortio.ts";
import { fortioNotes, fortioOf } from "../fortio/print-fortio.ts";
import { resultOfFortio } from "../fortio/result-of-fortio.ts";
import { parseOutput } from "../nighthawk/parse-output.ts";
import { resultOfOutput } from "../nighthawk/result-of-output.ts";
import { parseVegeta } from "../vegeta/parse-vegeta.ts";
import { resultOfVegeta } from "../vegeta/result-of-vegeta.ts";
import { parseWrk } from "../wrk/parse-wrk.ts";
import { resultOfWrk } from "../wrk/result-of-wrk.ts";
import {
  type Content,
  type ConvertContext,
  type Converted,
  resultIn,
  type TextFormat,
} from "./content.ts";

function read(result: ResultDocument): Converted<Content> {
  return { value: { noun: "result", result }, notes: unsaidNotes(result) };
}

/** Read alone. */
function reader(
  name: string,
  help: string,
  parse: (text: string, context: ConvertContext) => ResultDocument,
): TextFormat {
  return {
    ...{ name, help, reads: ["result"], writes: [], syntax: "text" },
    parse: (text, context) => read(parse(text, context)),
  };
}

const FORTIO: TextFormat = {
  name: "fortio",
  help: "result of fortio in JSON, which its pages and Meshery read",
  reads: ["result"],
  writes: ["result"],
  syntax: "text",
  parse: (text, { deflate }) => read(resultOfFortio(parseFortio(text), { text, deflate })),
  print: (content, { inflate }) => {
    const result = resultIn(content);
    return { value: fortioOf(result, { inflate }), notes: fortioNotes(result) };
  },
};

export const TOOL_FORMATS: readonly TextFormat[] = [
  FORTIO,
  reader("nighthawk", "Output of Nighthawk in JSON", (text, { deflate, inflate }) =>
    resultOfOutput(parseOutput(text), { text, deflate, inflate }),
  ),
  reader("vegeta", "report of vegeta in JSON", (text, { deflate }) =>
    resultOfVegeta(parseVegeta(text), { text, deflate }),
  ),
  reader("wrk", "what wrk or wrk2 prints", (text, { deflate }) =>
    resultOfWrk(parseWrk(text), { text, deflate }),
  ),
];
