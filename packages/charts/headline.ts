/** The column that a report speaks of first: what users felt, or else the target's part of it. */
import type { Latency } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";

export type HeadlineColumn = "response" | "service";

export interface Headline {
  readonly column: HeadlineColumn;
  readonly latency: Latency;
}

/** By what the generator says that it measures. `null`: neither was measured. */
export function headlineOf({ latencyMs, generator }: ResultDocument): Headline | null {
  const columns: readonly HeadlineColumn[] = [generator.latencyKind, "response", "service"];
  const column = columns.find((name) => latencyMs[name] !== undefined);
  const latency = column && latencyMs[column];
  return column && latency ? { column, latency } : null;
}
