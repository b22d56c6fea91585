/** Tables: a column of names, then columns of numbers with their points under one another. */
import { count } from "../figures.ts";
import { html, type Markup, NOTHING, type Piece, trusted } from "./markup.ts";

export interface Column {
  readonly title: string;
  readonly cells: readonly string[];
  /** Class of a cell, by its text. */
  readonly inkOf?: (cell: string) => string;
  readonly isStrong?: boolean;
  /** Of how many it is; stands above the others, without a point to be aligned at. */
  readonly count?: string;
  /** Words, not numbers: set from the left. */
  readonly isText?: boolean;
}

export interface Table {
  /** What it is about; of a table that its heading names, said to those alone who hear it read. */
  readonly caption: string;
  readonly isNamed?: boolean;
  /** Over the names. */
  readonly title: string;
  readonly names: readonly Piece[];
  readonly columns: readonly Column[];
}

const MOST_ROWS = 200;

function fractionOf(cell: string): string {
  return /\.\d+$/.exec(cell)?.[0] ?? "";
}

/** What is missing behind the point, not seen and not read. */
function padded(cell: string, longest: number): Markup {
  const missing = longest - fractionOf(cell).length;
  if (missing <= 0 || !/\d/.test(cell)) return html`${cell}`;
  const digits = fractionOf(cell) === "" ? `.${"0".repeat(missing - 1)}` : "0".repeat(missing);
  return html`${cell}<i aria-hidden="true">${digits}</i>`;
}

function longestFraction({ cells }: Column): number {
  return cells.reduce((most, cell) => Math.max(most, fractionOf(cell).length), 0);
}

function classOf({ isText, isStrong, inkOf }: Column, cell: string): string {
  const names = [isText ? "t" : "n", isStrong ? "strong" : "", inkOf?.(cell) ?? ""];
  return names.filter((name) => name !== "").join(" ");
}

function cellOf(column: Column, row: number, longest: number): Markup {
  const cell = column.cells[row] ?? "";
  const content = column.isText ? html`${cell}` : padded(cell, longest);
  return html`<td class="${classOf(column, cell)}">${content}</td>`;
}

/** Zeros say that there is nothing to say. */
export function faintZero(cell: string): string {
  return cell === "0" ? "faint" : "";
}

export function badAboveZero(cell: string): string {
  return cell === "0" ? "faint" : "bad";
}

function countRow(columns: readonly Column[]): Markup {
  if (columns.every(({ count: n }) => n === undefined)) return NOTHING;
  const cells = columns.map((column) => {
    const { count: n = "" } = column;
    return html`<td class="${classOf(column, n)}">${n}</td>`;
  });
  return html`<tr><th scope="row">n</th>${cells}</tr>\n`;
}

/** Empty where it has no row. Wide ones are moved sideways within their frame. */
export function tableOf({ caption, isNamed, title, names, columns }: Table): Markup {
  if (names.length === 0) return NOTHING;
  const longest = columns.map(longestFraction);
  const heads = columns.map((column) => {
    const kind = column.isText ? "t" : "n";
    return html`<th scope="col" class="${kind}">${column.title}</th>`;
  });
  const rows = names.slice(0, MOST_ROWS).map((name, row) => {
    const cells = columns.map((column, at) => cellOf(column, row, longest[at]));
    return html`<tr><th scope="row">${name}</th>${cells}</tr>\n`;
  });
  const more = names.length - rows.length;
  const rest = more > 0 ? html`<p class="faint">and ${count(more)} more</p>` : NOTHING;
  const said = isNamed ? NOTHING : html`<p class="caption" aria-hidden="true">${caption}</p>\n`;
  return html`${said}<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<thead><tr><th scope="col">${title}</th>${heads}</tr></thead>
<tbody>
${countRow(columns)}${rows}</tbody></table></div>${rest}
`;
}

export interface Fact {
  readonly name: string;
  readonly value: Piece;
}

/** Names and what they stand for; those with nothing are left out. */
export function factsOf(facts: readonly Fact[]): Markup {
  const known = facts.filter(({ value }) => value !== "");
  if (known.length === 0) return NOTHING;
  const rows = known.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>\n`);
  return html`<dl>${rows}</dl>`;
}

/** Empty where its body is. */
export function section(id: string, title: string, body: readonly Markup[]): Markup {
  if (body.every(({ text }) => text === "")) return NOTHING;
  const name = trusted(id);
  return html`<section id="${name}" aria-labelledby="${name}-head">
<h2 id="${name}-head">${title}</h2>
${body}</section>
`;
}
