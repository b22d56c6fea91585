/** The series of a Result as CSV (RFC 4180), a row for each row. See docs/formats/csv.md. */
import type { ResultQuantity } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { planFacts } from "../plan-facts.ts";

export const CSV_COLUMNS = [
  "at_s",
  "over_s",
  "due",
  "completed",
  "errors",
  "p50_ms",
  "p99_ms",
  "max_ms",
  "stage",
  "latency",
] as const;

type Row = ResultDocument["series"][number];

/** Numbers and `>=` need no quotes. */
function cell(quantity: ResultQuantity): string {
  if (quantity === null) return "";
  return typeof quantity === "number" ? String(quantity) : `>=${quantity.atLeast}`;
}

/** Under way when the row begins, from 1; empty without stages, in the warm-up and in the drain. */
function stageAt({ stages }: ResultDocument, measuredS: number): string {
  const at = stages.findIndex(
    ({ fromS, durationS }) => measuredS >= fromS && measuredS < fromS + durationS,
  );
  return at < 0 ? "" : String(at + 1);
}

/** Rates of a row times its length are whole numbers, but for the last bit. */
function cellsOf({ atS, overS, duePerS, ratePerS, errors, p50, p99, max }: Row) {
  const counts = [Math.round(duePerS * overS), Math.round(ratePerS * overS), errors];
  return [atS, overS, ...counts, ...[p50, p99, max].map(cell)];
}

export function csvFromResult(result: ResultDocument): string {
  const { warmupS } = planFacts(result);
  const { latencyKind } = result.generator;
  const rows = result.series.map((row) =>
    [...cellsOf(row), stageAt(result, row.atS - warmupS), latencyKind].join(","),
  );
  return [CSV_COLUMNS.join(","), ...rows].map((line) => `${line}\r\n`).join("");
}
