/**
 * The whole-run histograms of a Result: of what was measured; what was not answered is not in them.
 */
import type { AgeName } from "@nightjar/charts/curve.ts";
import { NightjarError } from "@nightjar/core/errors.ts";
import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { type Deflate, decodeV2Compressed } from "@nightjar/core/record/hdr-codec.ts";
import { highestOf, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import type { Latency, LatencyColumn } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { fromBase64 } from "./base64.ts";

/** `null`: nothing was measured. Throws `protocol` for a histogram that is not one. */
export function histogramOf(
  result: ResultDocument,
  column: LatencyColumn | AgeName,
  inflate: Deflate,
): SparseHistogram | null {
  const base64 = result.histograms[column];
  if (base64 === undefined) return null;
  const decoded = decode(base64, column, inflate);
  return { ...decoded, max: maxNs(result, column, decoded) };
}

function decode(
  base64: string,
  column: LatencyColumn | AgeName,
  inflate: Deflate,
): SparseHistogram {
  try {
    return decodeV2Compressed(fromBase64(base64), inflate);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NightjarError("protocol", `histograms.${column}: ${why}`);
  }
}

/**
 * V2 keeps slots only: the exact maximum stands in the table, unless something unanswered took its
 * place.
 */
function maxNs(
  result: ResultDocument,
  column: LatencyColumn | AgeName,
  { slots, max }: SparseHistogram,
): number {
  const { latencyMs }: { latencyMs: Partial<Record<string, Latency>> } = result;
  const stated = latencyMs[column]?.max;
  if (typeof stated === "number") return Math.round(stated * MILLISECOND_NS);
  return slots.length === 0 ? max : highestOf(slots[slots.length - 1]);
}
