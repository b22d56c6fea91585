/** What a Result says of its measured part: latencies by column, their histograms, errors. */
import { MILLISECOND_NS } from "../plan/quantity.ts";
import { type Deflate, encodeV2Compressed } from "../record/hdr-codec.ts";
import type { SparseHistogram } from "../record/histogram.ts";
import { type Distribution, measuredOnly } from "../record/percentile.ts";
import type { Tally } from "../record/tally.ts";
import { distributionOf, type Source } from "./measure.ts";
import { LATENCY_COLUMNS, type LatencyColumn, type Result } from "./result.ts";

export type Distributions = Readonly<Record<LatencyColumn, Distribution>>;

/** The population of each column: see GLOSSARY.md. `turn`: of the workers' event loops. */
export function distributionsOf(measured: Source, turn: SparseHistogram): Distributions {
  const column = (name: LatencyColumn) =>
    name === "turn" ? measuredOnly(turn) : distributionOf(measured, name);
  return Object.fromEntries(LATENCY_COLUMNS.map((name) => [name, column(name)])) as Distributions;
}

/** What was not answered is in no column's histogram; its ages stand beside them. */
const AGES = ["failedAge", "censoredAge", "unsentAge"] as const;

export function histogramsOf(
  measured: Source,
  distributions: Distributions,
  deflate: Deflate,
): Record<string, string> {
  const columns = Object.entries(distributions).map(([name, { exact }]) => [name, exact] as const);
  const ages = AGES.map((name) => [name, measured.histogram(name)] as const);
  return Object.fromEntries(
    [...columns, ...ages]
      .filter(([, histogram]) => histogram.count > 0)
      .map(([name, histogram]) => [name, toBase64(encodeV2Compressed(histogram, deflate))]),
  );
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Kinds in the order of their names. */
export function errorsOf(errors: Tally["errors"]): Pick<Result, "errors" | "errorSamples"> {
  const entries = Object.entries(errors).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    errors: Object.fromEntries(entries.map(([kind, { count }]) => [kind, count])),
    errorSamples: Object.fromEntries(
      entries.map(([kind, { count, sample, atNs }]) => [
        kind,
        { count, sample, atS: atNs === null ? null : Math.round(atNs / MILLISECOND_NS) / 1000 },
      ]),
    ),
  };
}

/** Failed, dropped, censored and unsent together. */
export function populationsOf({ counts }: Source): Result["populations"] {
  return {
    ok: counts.ok,
    error: counts.errors,
    unanswered: counts.failed + counts.dropped + counts.censored + counts.unsent,
  };
}
