/**
 * The latency table: one column for each part of the response, in milliseconds, aligned at the
 * decimal point.
 */
import { type Latency, type LatencyColumn, PERCENTILES } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, percent } from "../figures.ts";
import { prose } from "./flow.ts";
import { EMPTY, type Ink, type Line, line, span, widthOf } from "./line.ts";
import { isAtLeast, latencyText, quantitiesOf, signsIn } from "./quantities.ts";
import { alignPoints } from "./table.ts";

const TITLES = {
  wait: "wait",
  connect: "connect",
  lag: "lag",
  service: "service",
  response: "response",
  errorResponse: "error",
} as const;
type Shown = keyof typeof TITLES & LatencyColumn;

const QUANTITIES = ["min", "mean", ...PERCENTILES.map((name) => `p${name}`), "max"];
const ROWS = ["n", ...QUANTITIES];
const STUB = "latency, ms";
const STUB_WIDTH = STUB.length;
const GAP = "  ";
/** Parts on its left, their sum on its right: what stands out without colour too. */
const RULE = " │ ";

interface Column {
  /** Title, n, then the latencies; all of one width. */
  readonly cells: readonly string[];
  readonly gap: string;
  readonly ink: Ink;
}

function cellsOf(result: ResultDocument, latency: Latency): string[] {
  const quantities = quantitiesOf(latency, result);
  return [count(latency.count), ...QUANTITIES.map((name) => latencyText(quantities[name]))];
}

function columnOf(result: ResultDocument, name: Shown): Column | null {
  const latency = result.latencyMs[name];
  if (latency === undefined || (name === "errorResponse" && latency.count === 0)) return null;
  const ink = name === "response" ? "bold" : name === "errorResponse" ? "bad" : "plain";
  const gap = name === "response" ? RULE : GAP;
  const [n, ...latencies] = cellsOf(result, latency);
  return { cells: alignPoints([TITLES[name], n], latencies), gap, ink };
}

function block(columns: readonly Column[]): Line[] {
  return [STUB, ...ROWS.map((row) => `  ${row}`)].map((stub, at) => [
    span(stub.padEnd(STUB_WIDTH), at === 0 ? "plain" : "faint"),
    ...columns.flatMap(({ cells, gap, ink }) => [span(gap, "faint"), span(cells[at], ink)]),
  ]);
}

/** As many columns side by side as fit; the others in a block below. */
function blocks(columns: readonly Column[], width: number): Line[] {
  const fitting: Column[] = [];
  let used = STUB_WIDTH;
  for (const column of columns) {
    used += column.gap.length + column.cells[0].length;
    if (used > width && fitting.length > 0) break;
    fitting.push(column);
  }
  const rest = columns.slice(fitting.length);
  return rest.length === 0 ? block(fitting) : [...block(fitting), EMPTY, ...blocks(rest, width)];
}

/** Explains the signs that the table uses, and those only. */
function legend(result: ResultDocument, columns: readonly Column[], width: number): Line[] {
  const shown = columns.flatMap(({ cells }) => cells.map((cell) => cell.trim()));
  const said: string[] = [];
  said.push(...signsIn(shown).map(([sign, meaning]) => `${sign} ${meaning}`));
  const names = Object.keys(TITLES) as Shown[];
  const unanswered = names.some((name) => hasAtLeast(result.latencyMs[name]));
  if (unanswered) said.push("> at least: not answered, and surely longer");
  said.push(...fidelityOf(result));
  return said.length === 0 ? [] : prose(line("  "), said.join("; "), width, "faint");
}

/** Our own buckets need no word. */
export function fidelityOf({ generator: { fidelity, name } }: ResultDocument): string[] {
  if (fidelity.kind === "histogram") return [];
  if (fidelity.kind === "percentiles") return [`only the percentiles that ${name} states`];
  const { relativeError } = fidelity;
  const error = relativeError === null ? "" : `, up to ${percent(relativeError)} too high`;
  return [`from the buckets of ${name}${error}`];
}

function hasAtLeast(latency: Latency | undefined): boolean {
  if (latency === undefined) return false;
  return [latency.max, ...Object.values(latency.percentiles)].some(isAtLeast);
}

export function latencyTable(result: ResultDocument, width: number): Line[] {
  const names = Object.keys(TITLES) as Shown[];
  const columns = names.flatMap((name) => columnOf(result, name) ?? []);
  const table = blocks(columns, width);
  return [...table, ...legend(result, columns, Math.max(...table.map(widthOf)))];
}
