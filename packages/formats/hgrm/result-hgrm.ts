/** One column of a Result as percentile text, with what its histogram does not hold. */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { EMPTY_HISTOGRAM } from "@nightjar/core/record/histogram.ts";
import type { LatencyColumn } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { counted } from "../figures.ts";
import { histogramOf } from "../result-histograms.ts";
import { hgrmOf } from "./hgrm.ts";

/** Over what was sent, answered or not. */
const OF_SENT: readonly LatencyColumn[] = ["wait", "connect", "lag"];
/** Not over exchanges. */
const OF_OTHERS: readonly LatencyColumn[] = ["turn", "tcp", "tls"];

function absentOf(
  { populations, accounting }: ResultDocument,
  column: LatencyColumn,
): [number | null, string] {
  if (OF_SENT.includes(column)) {
    return [accounting && accounting.dropped + accounting.unsent, "never sent: in no line above"];
  }
  const where = OF_OTHERS.includes(column) ? "" : ": in no line above";
  return [populations.unanswered, `without an answer${where}`];
}

function commentsOf(result: ResultDocument, column: LatencyColumn): string[] {
  const { name, id, populations, accounting, generator } = result;
  const errors = column === "response" ? populations.error : 0;
  const missing: [number | null, string][] = [
    absentOf(result, column),
    [accounting?.unknown ?? null, "of a lost worker unknown: in no line above"],
    [errors, "answered with an error: in errorResponse, not here"],
  ];
  return [
    `${name} (${id}), ${generator.name}: ${column} in milliseconds`,
    ...missing.flatMap(([n, what]) =>
      n === null || n === 0 ? [] : `${counted(n, "exchange")} ${what}`,
    ),
  ];
}

export function hgrmFromResult(
  result: ResultDocument,
  column: LatencyColumn,
  { inflate }: { readonly inflate: Deflate },
): string {
  const histogram = histogramOf(result, column, inflate) ?? EMPTY_HISTOGRAM;
  return hgrmOf(histogram, commentsOf(result, column));
}
