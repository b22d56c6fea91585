/**
 * Course: how a run went, row by row of its series, in seconds after its start; and what parts of
 * it were not measured, or were stages of their own.
 */
import { DURATION_PATTERN, parseDurationNs, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { ResultQuantity } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { drawable } from "./scale.ts";

/** A value, or what it is surely not below; `null` where nothing is known. */
export interface CourseValue {
  readonly value: number;
  readonly isBound: boolean;
}

export interface CourseRow {
  readonly fromS: number;
  readonly toS: number;
  /** `null` where nothing was offered: due when a connection was free, or nobody knows. */
  readonly duePerS: number | null;
  readonly answeredPerS: number;
  readonly errorsPerS: number;
  readonly p50: CourseValue | null;
  readonly p99: CourseValue | null;
  readonly max: CourseValue | null;
}

export interface Span {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
}

export interface Course {
  readonly rows: readonly CourseRow[];
  readonly fromS: number;
  readonly toS: number;
  /** Warm-up and drain. */
  readonly unmeasured: readonly Span[];
  /** By their numbers, from 1. */
  readonly stages: readonly Span[];
  /** When a condition of the plan ended the run. */
  readonly stoppedS: number | null;
}

type Row = ResultDocument["series"][number];

function courseValue(quantity: ResultQuantity): CourseValue | null {
  if (quantity === null) return null;
  if (typeof quantity === "number") return { value: drawable(quantity), isBound: false };
  return { value: drawable(quantity.atLeast), isBound: true };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** A plan may be of another version: what is not there is not used. */
function warmupS({ plan }: ResultDocument): number {
  const text = recordOf(plan).warmup;
  if (typeof text !== "string" || !DURATION_PATTERN.test(text)) return 0;
  return parseDurationNs(text) / SECOND_NS;
}

function offersRate({ plan, offered }: ResultDocument): boolean {
  return recordOf(recordOf(plan).load).model !== "closed" && offered.ratePerS !== null;
}

function rowOf(row: Row, offers: boolean): CourseRow {
  const fromS = drawable(row.atS);
  const overS = drawable(row.overS);
  return {
    fromS,
    toS: fromS + overS,
    duePerS: offers ? drawable(row.duePerS) : null,
    answeredPerS: drawable(row.ratePerS),
    errorsPerS: overS === 0 ? 0 : drawable(row.errors / overS),
    p50: courseValue(row.p50),
    p99: courseValue(row.p99),
    max: courseValue(row.max),
  };
}

function clip({ name, fromS, toS }: Span, low: number, high: number): Span[] {
  const [from, to] = [Math.max(fromS, low), Math.min(toS, high)];
  return to > from ? [{ name, fromS: from, toS: to }] : [];
}

export function courseOf(result: ResultDocument): Course {
  const offers = offersRate(result);
  const rows = result.series
    .map((row) => rowOf(row, offers))
    .filter((row) => row.toS > row.fromS)
    .sort((a, b) => a.fromS - b.fromS);
  const fromS = rows[0]?.fromS ?? 0;
  const toS = rows.reduce((latest, row) => Math.max(latest, row.toS), fromS);
  const beginS = warmupS(result);
  const endS = beginS + drawable(result.durationS);
  const inside = (spans: readonly Span[]) => spans.flatMap((span) => clip(span, fromS, toS));
  const stages = result.stages.map((stage, index) => ({
    name: String(index + 1),
    fromS: beginS + stage.fromS,
    toS: beginS + stage.fromS + stage.durationS,
  }));
  return {
    ...{ rows, fromS, toS },
    unmeasured: inside([
      { name: "warm-up", fromS: 0, toS: beginS },
      { name: "drain", fromS: endS, toS },
    ]),
    stages: inside(stages),
    stoppedS: result.stopped === null ? null : drawable(result.stopped.atS),
  };
}

/** Rows side by side as one, so that `most` are left: rates by time, latencies the largest. */
export function groupRows(rows: readonly CourseRow[], most: number): CourseRow[] {
  const size = Math.max(1, Math.ceil(rows.length / most));
  if (size === 1) return [...rows];
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, k) =>
    merged(rows.slice(k * size, (k + 1) * size)),
  );
}

function merged(rows: readonly CourseRow[]): CourseRow {
  const lengthS = rows.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0);
  const perS = (of: (row: CourseRow) => number) =>
    rows.reduce((sum, row) => sum + of(row) * (row.toS - row.fromS), 0) / lengthS;
  const largest = (of: (row: CourseRow) => CourseValue | null) =>
    rows.map(of).reduce((a, b) => (a === null || (b !== null && b.value > a.value) ? b : a), null);
  return {
    fromS: rows[0].fromS,
    toS: Math.max(...rows.map(({ toS }) => toS)),
    duePerS: rows[0].duePerS === null ? null : perS(({ duePerS }) => duePerS ?? 0),
    answeredPerS: perS(({ answeredPerS }) => answeredPerS),
    errorsPerS: perS(({ errorsPerS }) => errorsPerS),
    p50: largest(({ p50 }) => p50),
    p99: largest(({ p99 }) => p99),
    max: largest(({ max }) => max),
  };
}
