/** The series of a Result as CSV (RFC 4180), a row for each row. See docs/formats/csv.md. */
import type { Result, ResultQuantity } from "@nightjar/core/result.ts";

export const CSV_COLUMNS = [
  "at_s",
  "over_s",
  "due",
  "completed",
  "errors",
  "p50_ms",
  "p99_ms",
  "max_ms",
] as const;

type Row = Result["series"][number];

/** Numbers and `>=` need no quotes. */
function cell(quantity: ResultQuantity): string {
  if (quantity === null) return "";
  return typeof quantity === "number" ? String(quantity) : `>=${quantity.atLeast}`;
}

/** Rates of a row times its length are whole numbers, but for the last bit. */
function rowOf({ atS, overS, duePerS, ratePerS, errors, p50, p99, max }: Row): string {
  const counts = [Math.round(duePerS * overS), Math.round(ratePerS * overS), errors];
  return [atS, overS, ...counts, ...[p50, p99, max].map(cell)].join(",");
}

export function csvFromResult({ series }: Result): string {
  return [CSV_COLUMNS.join(","), ...series.map(rowOf)].map((line) => `${line}\r\n`).join("");
}
