/**
 * A small table: names at the left edge, numbers behind them. Columns that do not fit are left out,
 * and a name is cut before a column is.
 */
import { count } from "../figures.ts";
import { cellsOf, clip, type Ink, type Line, line, padded, span } from "./line.ts";

const GAP = "  ";
const INDENT = "  ";
/** So much of the longest name is kept before a column goes. */
const LEAST_NAME = 22;
const MOST_ROWS = 16;

export interface Column {
  readonly title: string;
  /** Those with the lowest ones stay where not all have room. */
  readonly rank: number;
  readonly cells: readonly string[];
  readonly inkOf?: (cell: string) => Ink;
}

export interface Table {
  readonly title: string;
  readonly names: readonly string[];
  readonly columns: readonly Column[];
}

/** Latencies with their points under one another, as one of `heads` and the cells are wide. */
export function alignPoints(heads: readonly string[], cells: readonly string[]): string[] {
  const left = Math.max(0, ...cells.map(pointOf));
  const right = Math.max(0, ...cells.map((cell) => cell.length - pointOf(cell)));
  const width = Math.max(left + right, ...heads.map((head) => head.length));
  const aligned = cells.map((cell) => {
    const before = " ".repeat(left - pointOf(cell));
    return `${before}${cell}`.padEnd(left + right).padStart(width);
  });
  return [...heads.map((head) => head.padStart(width)), ...aligned];
}

function pointOf(cell: string): number {
  const at = cell.indexOf(".");
  return at < 0 ? cell.length : at;
}

interface Aligned {
  readonly rank: number;
  readonly cells: readonly string[];
  readonly inkOf: (cell: string) => Ink;
  readonly width: number;
}

function aligned({ title, rank, cells, inkOf = () => "plain" }: Column): Aligned {
  const all = alignPoints([title], cells);
  return { rank, cells: all, inkOf, width: GAP.length + all[0].length };
}

/** As many as leave room for the names. */
function fitting(columns: readonly Aligned[], room: number): Aligned[] {
  let used = 0;
  const byRank = [...columns].sort((a, b) => a.rank - b.rank);
  const over = byRank.findIndex(({ width }) => {
    used += width;
    return used > room;
  });
  const kept = new Set(byRank.slice(0, over < 0 ? columns.length : over));
  return columns.filter((column) => kept.has(column));
}

function cut({ title, names, columns }: Table): Table {
  const cutColumn = (column: Column) => ({ ...column, cells: column.cells.slice(0, MOST_ROWS) });
  return { title, names: names.slice(0, MOST_ROWS), columns: columns.map(cutColumn) };
}

/** Of many rows the first ones, and how many more there are. */
export function tableOf(table: Table, width: number): Line[] {
  const more = table.names.length - MOST_ROWS;
  if (more <= 0) return rowsOf(table, width);
  return [...rowsOf(cut(table), width), line(`${INDENT}and ${count(more)} more`, "faint")];
}

function rowsOf({ title, names, columns }: Table, width: number): Line[] {
  const stubs = [title, ...names.map((name) => `${INDENT}${name}`)];
  const natural = Math.max(...stubs.map(cellsOf));
  const shown = fitting(columns.map(aligned), width - Math.min(natural, LEAST_NAME));
  const left = width - shown.reduce((sum, column) => sum + column.width, 0);
  const stubWidth = Math.min(natural, left);
  return stubs.map((stub, row) => [
    ...padded(clip(line(stub), stubWidth), stubWidth),
    ...shown.flatMap(({ cells, inkOf }) => {
      const ink = row === 0 ? "faint" : inkOf(cells[row].trim());
      return [span(GAP), span(cells[row], ink)];
    }),
  ]);
}
