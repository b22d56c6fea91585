/** Formats that hold results: Nightjar's own, and what is made of its histograms and seconds. */
import { csvFromResult } from "../csv/result-csv.ts";
import { hgrmFromResult } from "../hgrm/result-hgrm.ts";
import { hlogFromResult } from "../hlog/result-hlog.ts";
import { jsonOf } from "../json/json.ts";
import { readResult } from "../json/read-result.ts";
import { resultIn, type TextFormat } from "./content.ts";

/** Those that are written and not read say what one run was. */
export const RESULT_FORMATS: readonly TextFormat[] = [
  {
    name: "result",
    help: "Result of Nightjar, as --output json writes it",
    reads: ["result"],
    writes: ["result"],
    syntax: "text",
    parse: (text) => ({ value: { noun: "result", result: readResult(text) }, notes: [] }),
    print: (content) => ({ value: jsonOf(resultIn(content)), notes: [] }),
  },
  {
    name: "csv",
    help: "a row a second",
    reads: [],
    writes: ["result"],
    syntax: "text",
    print: (content) => ({ value: csvFromResult(resultIn(content)), notes: [] }),
  },
  {
    name: "hlog",
    help: "HdrHistogram interval log, a line for each column",
    reads: [],
    writes: ["result"],
    syntax: "text",
    print: (content, { inflate }) => ({
      value: hlogFromResult(resultIn(content), { inflate }),
      notes: [],
    }),
  },
  {
    name: "hgrm",
    help: "HdrHistogram percentiles of the response",
    reads: [],
    writes: ["result"],
    syntax: "text",
    print: (content, { inflate }) => ({
      value: hgrmFromResult(resultIn(content), "response", { inflate }),
      notes: [],
    }),
  },
];
