/** Formats that hold results: Nightjar's own, and what is made of its histograms and seconds. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { csvFromResult } from "../csv/result-csv.ts";
import { unsaidNotes } from "../foreign/unsaid-notes.ts";
import { hgrmFromResult } from "../hgrm/result-hgrm.ts";
import { hlogFromResult } from "../hlog/result-hlog.ts";
import { resultOfHlog } from "../hlog/result-of-hlog.ts";
import { jsonOf } from "../json/json.ts";
import { readResult, readSideBySide } from "../json/read-result.ts";
import { smpResultDocument } from "../smp/print-smp-result.ts";
import { resultOfSmp } from "../smp/result-of-smp.ts";
import { smpResultOf } from "../smp/smp-of-result.ts";
import { type ConvertFormat, resultIn, severalIn } from "./content.ts";

/** An empty histogram would look like a run without answers. */
function withHistograms(result: ResultDocument): ResultDocument {
  const { source, histograms } = result;
  if (source === undefined || Object.keys(histograms).length > 0) return result;
  throw new NightjarError("bad-usage", `${source.format} says no histogram, only percentiles`);
}

function withSeconds(result: ResultDocument): ResultDocument {
  const { source, series } = result;
  if (source === undefined || series.length > 0) return result;
  throw new NightjarError("bad-usage", `${source.format} says nothing of single seconds`);
}

/** Those that are written and not read say what one run was. */
export const RESULT_FORMATS: readonly ConvertFormat[] = [
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
    name: "side-by-side",
    help: "several Results, as --output json writes those of several generators or clients",
    reads: ["set of results"],
    writes: ["set of results"],
    syntax: "text",
    parse: (text) => ({
      value: { noun: "set of results", document: readSideBySide(text) },
      notes: [],
    }),
    print: (content) => ({ value: jsonOf(severalIn(content)), notes: [] }),
  },
  {
    name: "smp-result",
    help: "SMP result; read by the .proto and as SMP's README has it, written by the .proto",
    reads: ["result"],
    writes: ["result"],
    syntax: "document",
    parse: (document, context) => {
      const { value: result, notes } = resultOfSmp(document, context);
      return { value: { noun: "result", result }, notes };
    },
    print: (content) => ({
      value: [smpResultDocument(smpResultOf(resultIn(content)))],
      notes: [],
    }),
  },
  {
    name: "csv",
    help: "a row a second",
    reads: [],
    writes: ["result"],
    syntax: "text",
    print: (content) => ({ value: csvFromResult(withSeconds(resultIn(content))), notes: [] }),
  },
  {
    name: "hlog",
    help: "HdrHistogram interval log; written with a line for each column",
    reads: ["result"],
    writes: ["result"],
    syntax: "text",
    parse: (text, { deflate, inflate }) => {
      const result = resultOfHlog(text, { deflate, inflate });
      return { value: { noun: "result", result }, notes: unsaidNotes(result) };
    },
    print: (content, { inflate }) => ({
      value: hlogFromResult(withHistograms(resultIn(content)), { inflate }),
      notes: [],
    }),
  },
  {
    name: "hgrm",
    help: "HdrHistogram percentiles of the latency",
    reads: [],
    writes: ["result"],
    syntax: "text",
    print: (content, { inflate }) => ({
      value: hgrmFromResult(
        withHistograms(resultIn(content)),
        resultIn(content).generator.latencyKind,
        { inflate },
      ),
      notes: [],
    }),
  },
];
