/** SmpResult → a document, by the names of the `.proto`. */
import { messageDocument } from "./print-config.ts";
import { LATENCY_FIELDS, RESULT_FIELDS } from "./smp-fields.ts";
import type { SmpResult } from "./smp-result.ts";

/** Fields with the default of their type are left out, as in proto3. */
export function smpResultDocument(result: SmpResult): Readonly<Record<string, unknown>> {
  const latenciesMs = messageDocument(result.latencies, LATENCY_FIELDS, "classic");
  return messageDocument({ ...result, latenciesMs }, RESULT_FIELDS, "classic");
}
