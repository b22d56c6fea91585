/** Flow: items set one behind another, and on a new line under the first where the line is full. */
import { cellsOf, cut, EMPTY, type Line, line, padded, span, widthOf } from "./line.ts";

/** Width of the names at the left edge of a report. */
export const GUTTER = 13;

export function label(name: string): Line {
  return padded(line(name, "faint"), GUTTER);
}

/** Pieces of an item that no line could hold whole: cut at a space where it has one. */
function pieces(item: Line, room: number): Line[] {
  const parts: Line[] = [];
  let rest = item;
  while (widthOf(rest) > room) {
    const [head, tail] = cut(rest, cellsToLastSpace(rest, room));
    parts.push(head);
    rest = tail;
  }
  return [...parts, rest];
}

function cellsToLastSpace(item: Line, room: number): number {
  const text = cut(item, room)[0]
    .map((part) => part.text)
    .join("");
  const space = text.lastIndexOf(" ");
  return space <= 0 ? room : cellsOf(text.slice(0, space + 1));
}

/**
 * `lead` stands before the first line; the others are indented by its width. Never wider than
 * `columns`.
 */
export function flow(lead: Line, items: readonly Line[], columns: number, gap = " "): Line[] {
  const indent = widthOf(lead);
  const room = Math.max(columns - indent, 2);
  const rows: Line[] = [];
  let row: Line = EMPTY;
  for (const piece of items.flatMap((item) => pieces(item, room))) {
    const joined = row.length === 0 ? piece : [...row, span(gap), ...piece];
    if (widthOf(joined) <= room) row = joined;
    else {
      rows.push(row);
      row = piece;
    }
  }
  rows.push(row);
  return rows.map((of, index) => [...(index === 0 ? lead : padded(EMPTY, indent)), ...of]);
}

export function words(text: string, ink: Parameters<typeof span>[1] = "plain"): Line[] {
  return text.split(" ").map((word) => line(word, ink));
}

export function prose(
  lead: Line,
  text: string,
  columns: number,
  ink: Parameters<typeof span>[1] = "plain",
): Line[] {
  return flow(lead, words(text, ink), columns);
}

/** Two blocks side by side. */
export function beside(left: readonly Line[], right: readonly Line[], gap: number): Line[] {
  const width = Math.max(...left.map(widthOf)) + gap;
  const rows = Math.max(left.length, right.length);
  return Array.from({ length: rows }, (_, at) => [
    ...padded(left[at] ?? EMPTY, width),
    ...(right[at] ?? EMPTY),
  ]);
}
