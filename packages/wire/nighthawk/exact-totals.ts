/**
 * What a worker of ours recorded, whole, in the `user_defined_outputs` of a Nighthawk Result: so
 * that several services merge into what one would have recorded. Percentiles do not merge.
 *
 * It stands in a google.protobuf.Struct, which every reader of Nighthawk's messages can print:
 *
 *     {"schema": "nightjar.totals/v1",
 *      "histograms": {"service": {"hdr", "count", "min", "max", "sum", "sumSquares"}, …},
 *      "counts": {"due", "sent", …}, "statuses": {"200": 9}, "errors": {"timeout": {…}},
 *      "connections": {"opened", …}, "bytes": {"sent", "received"}}
 *
 * `hdr`: base64 of HdrHistogram's compressed V2, ns. Sums are decimal texts: they pass 2^53.
 */
import { create, fromJson, type JsonObject } from "@bufbuild/protobuf";
import { anyPack, StructSchema } from "@bufbuild/protobuf/wkt";
import { type Deflate, encodeV2Compressed } from "@nightjar/core/record/hdr-codec.ts";
import type { SparseHistogram } from "@nightjar/core/record/histogram.ts";
import type { ConnectionCounts } from "@nightjar/core/record/snapshot.ts";
import { TALLY_HISTOGRAMS, type Tally } from "@nightjar/core/record/tally.ts";
import type { Totals } from "@nightjar/core/record/totals.ts";
import {
  type UserDefinedOutput,
  UserDefinedOutputSchema,
} from "../generated/nighthawk/client/output_pb.ts";

export const PLUGIN_NAME = "nightjar.totals";
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

export function exactOutput(totals: ExactTotals, deflate: Deflate): UserDefinedOutput {
  const { tally, turn, connections, bytes } = totals;
  const histograms = Object.entries({ ...tally.histograms, [TURN]: turn }).flatMap(([name, h]) =>
    h === undefined || h.count === 0 ? [] : [[name, histogramJson(h, deflate)]],
  );
  const document: JsonObject = {
    schema: TOTALS_SCHEMA,
    histograms: Object.fromEntries(histograms),
    counts: { ...tally.counts },
    statuses: { ...tally.statuses },
    errors: Object.fromEntries(
      Object.entries(tally.errors).map(([kind, error]) => [kind, { ...error }]),
    ),
    connections: { ...connections },
    bytes: { ...bytes },
  };
  const value = anyPack(StructSchema, fromJson(StructSchema, document));
  return create(UserDefinedOutputSchema, {
    pluginName: PLUGIN_NAME,
    outputType: { case: "typedOutput", value },
  });
}

function histogramJson(h: SparseHistogram, deflate: Deflate): JsonObject {
  const { count, min, max, sum, sumSquares } = h;
  const hdr = encodeV2Compressed(h, deflate).toBase64();
  return { hdr, count, min, max, sum: String(sum), sumSquares: String(sumSquares) };
}
