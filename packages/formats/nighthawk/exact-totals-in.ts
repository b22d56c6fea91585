/** The totals that a service of ours puts into an Output, beside the statistics that all have. */
import { type ExactTotals, TOTALS_NAME } from "@nightjar/core/record/exact-totals.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { malformedTotals, readTotals } from "@nightjar/core/record/read-exact-totals.ts";
import type { WorkerResult } from "./output-messages.ts";

const STRUCT = "google.protobuf.Struct";

/** `undefined`: an Output of others. Throws `protocol` for totals that are none, or do not sum. */
export function exactTotalsIn(
  { user_defined_outputs: outputs }: WorkerResult,
  inflate: Deflate,
): ExactTotals | undefined {
  const ours = outputs.find(({ plugin_name: name }) => name === TOTALS_NAME)?.typed_output;
  if (ours === undefined) return undefined;
  const { "@type": type, value } = ours as Readonly<Record<string, unknown>>;
  if (String(type).split("/").at(-1) !== STRUCT) malformedTotals("it is no Struct");
  const totals = readTotals(value, inflate);
  checkSums(totals.tally.counts);
  return totals;
}

/** As every accounting of ours does. */
function checkSums(counts: ExactTotals["tally"]["counts"]): void {
  const { due, sent, dropped, unsent, unknown, completed, failed, censored, ok, errors } = counts;
  const isWhole =
    due === sent + dropped + unsent + unknown &&
    sent === completed + failed + censored &&
    completed === ok + errors;
  if (!isWhole) malformedTotals("its counts do not add up");
}
