/** Rows below the whole, one for each of its parts: clients, agents. */
import { count } from "../figures.ts";
import { clip, foreign, type Ink, type Line, line, span } from "../human/line.ts";
import { rowOf } from "./live-block.ts";

/** As wide as the names of the other rows, and a space. */
const NAME_CELLS = 12;

export interface PartRow {
  readonly name: string;
  /** The same kinds in every row; empty: it has none. */
  readonly cells: readonly string[];
  readonly ink: Ink;
}

/** What others wrote, as long as a name of a row may be. */
export function shortName(name: string): string {
  return clip(line(foreign(name)), NAME_CELLS)
    .map(({ text }) => text)
    .join("");
}

/** Cells of one kind below one another, without those that nobody has, and blanks at an end. */
export function alignedRows(rows: readonly PartRow[], columns: number): Line[] {
  const widths = (rows[0]?.cells ?? []).map((_, at) =>
    Math.max(...rows.map(({ cells }) => cells[at].length)),
  );
  return rows.map(({ name, cells, ink }) => {
    const said = cells.slice(0, cells.findLastIndex((cell) => cell !== "") + 1);
    const items = said.flatMap((cell, at) =>
      widths[at] === 0 ? [] : [[span(cell.padStart(widths[at]), ink)]],
    );
    return rowOf(shortName(name), items.length === 0 ? [[]] : items, columns);
  });
}

/** As many as fit; of the others how many they are. */
export function fitting(rows: readonly Line[], most: number): readonly Line[] {
  if (rows.length <= most) return rows;
  const shown = rows.slice(0, Math.max(most - 1, 0));
  return [
    ...shown,
    rowOf("", [line(`and ${count(rows.length - shown.length)} more`, "faint")], 40),
  ];
}
