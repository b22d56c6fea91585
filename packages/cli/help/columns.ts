/** Terms on the left, what they mean on the right: the rows of a help. */
import { flow, words } from "@nightjar/formats/human/flow.ts";
import { EMPTY, type Line, line, padded, widthOf } from "@nightjar/formats/human/line.ts";

export type Entry = readonly [term: string, meaning: string];

const INDENT = "  ";
const GAP = 2;
/** A longer term has its meaning in the line below. */
const WIDEST_TERM = 30;
/** A meaning in less room than this is no column any more. */
const NARROWEST_MEANING = 20;

/** So wide is the left column: of the longest term that is no exception. */
function termWidth(entries: readonly Entry[], columns: number): number {
  const widest = Math.max(0, Math.min(WIDEST_TERM, columns - NARROWEST_MEANING));
  const widths = entries.map(([term]) => term.length).filter((width) => width <= widest);
  return Math.max(...widths, 0);
}

/** One table for each group, all with the same columns. */
export function tablesOf(
  groups: readonly (readonly Entry[])[],
  columns: number,
): readonly (readonly Line[])[] {
  const width = INDENT.length + termWidth(groups.flat(), columns) + GAP;
  return groups.map((entries) => entries.flatMap((entry) => rowsOf(entry, width, columns)));
}

function rowsOf([term, meaning]: Entry, width: number, columns: number): Line[] {
  const head = line(`${INDENT}${term}`, "bold");
  if (widthOf(head) + GAP <= width) return flow(padded(head, width), words(meaning), columns);
  return [head, ...flow(padded(EMPTY, width), words(meaning), columns)];
}

/** A list set behind its name. */
export function listed(name: Line, items: readonly string[], columns: number): Line[] {
  const pieces = items.map((item) => line(item));
  return flow(name, pieces, columns, " · ");
}
