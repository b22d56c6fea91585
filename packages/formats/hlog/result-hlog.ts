/** A Result's whole-run histograms as a log: one line for each latency, over the measured part. */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { LATENCY_COLUMNS, type LatencyColumn } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { planFacts } from "../plan-facts.ts";
import { histogramOf } from "../result-histograms.ts";
import { type HlogLine, hlogOfLines } from "./hlog.ts";

function lineOf(result: ResultDocument, tag: LatencyColumn, inflate: Deflate): HlogLine[] {
  const histogram = histogramOf(result, tag, inflate);
  if (histogram === null) return [];
  return [
    {
      // The measured part begins where the warm-up ends.
      startS: planFacts(result).warmupS,
      lengthS: result.durationS,
      tag,
      maxNs: histogram.max,
      base64: result.histograms[tag],
    },
  ];
}

/** What the histograms do not hold has to be said, or the log would flatter. */
function commentsOf(result: ResultDocument): string[] {
  const { unanswered } = result.populations;
  const comments = [`${result.name} (${result.id}), nightjar`, "Values in nanoseconds"];
  if (unanswered !== null && unanswered > 0) {
    comments.push(`${unanswered} exchanges got no answer: they are in none of these histograms`);
  }
  return comments;
}

export function hlogFromResult(
  result: ResultDocument,
  { inflate }: { readonly inflate: Deflate },
): string {
  const lines = LATENCY_COLUMNS.flatMap((tag) => lineOf(result, tag, inflate));
  return hlogOfLines(lines, { startedAt: result.startedAt, comments: commentsOf(result) });
}
