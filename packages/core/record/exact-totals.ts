/**
 * ExactTotals: all that was recorded of the measured part, as one document of JSON, so that several
 * recorders merge into what one would have recorded. Percentiles do not merge.
 *
 *     {"schema": "nightjar.totals/v1",
 *      "histograms": {"service": {"hdr", "count", "min", "max", "sum", "sumSquares"}, …},
 *      "counts": {"due", "sent", …}, "statuses": {"200": 9}, "errors": {"timeout": {…}},
 *      "connections": {"opened", …}, "bytes": {"sent", "received"}}
 *
 * `hdr`: base64 of HdrHistogram's compressed V2, ns. Sums are decimal texts: they pass 2^53.
 */
import { type Deflate, encodeV2Compressed } from "./hdr-codec.ts";
import type { SparseHistogram } from "./histogram.ts";
import type { ConnectionCounts } from "./snapshot.ts";
import { type ErrorCount, TALLY_HISTOGRAMS, type Tally } from "./tally.ts";
import type { Totals } from "./totals.ts";

/** By which the document is found among those of others. */
export const TOTALS_NAME = "nightjar.totals";
export const TOTALS_SCHEMA = "nightjar.totals/v1";
/** The event loop's own, beside those of exchanges. */
export const TURN = "turn";

/** Of the measured part. */
export interface ExactTotals {
  readonly tally: Pick<Tally, "counts" | "statuses" | "errors" | "histograms">;
  readonly turn: SparseHistogram;
  readonly connections: ConnectionCounts;
  readonly bytes: { readonly sent: number; readonly received: number };
}

export function exactTotalsOf({ phases, turn, connections, bytes }: Totals): ExactTotals {
  const { counts, statuses, errors } = phases.measured;
  const histograms = Object.fromEntries(
    TALLY_HISTOGRAMS.map((name) => [name, phases.measured.histogram(name)]),
  );
  return {
    tally: { counts, statuses, errors, histograms },
    turn: turn.sparse(),
    connections,
    bytes,
  };
}

/** A value of JSON. */
export function totalsDocument(totals: ExactTotals, deflate: Deflate) {
  const { tally, turn, connections, bytes } = totals;
  const histograms = Object.entries({ ...tally.histograms, [TURN]: turn }).flatMap(([name, h]) =>
    h === undefined || h.count === 0 ? [] : [[name, histogramJson(h, deflate)] as const],
  );
  return {
    schema: TOTALS_SCHEMA,
    histograms: Object.fromEntries(histograms),
    counts: { ...tally.counts },
    statuses: { ...tally.statuses },
    errors: Object.fromEntries(
      Object.entries(tally.errors).map(([kind, error]) => [kind, errorJson(error)]),
    ),
    connections: { ...connections },
    bytes: { ...bytes },
  };
}

function errorJson({ count, sample, atNs }: ErrorCount) {
  return { count, sample, atNs };
}

function histogramJson(h: SparseHistogram, deflate: Deflate) {
  const { count, min, max, sum, sumSquares } = h;
  const hdr = encodeV2Compressed(h, deflate).toBase64();
  return { hdr, count, min, max, sum: String(sum), sumSquares: String(sumSquares) };
}
