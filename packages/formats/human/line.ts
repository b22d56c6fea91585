/**
 * A line of a report: spans of text, each with its ink. Colour comes last, so that everything
 * before can count cells of the terminal without looking at escape sequences.
 */

const SGR = {
  plain: "",
  bold: "1",
  faint: "2",
  good: "1;32",
  bad: "1;31",
  doubt: "1;33",
} as const;
export type Ink = keyof typeof SGR;

export interface Span {
  readonly text: string;
  readonly ink: Ink;
}
export type Line = readonly Span[];

export const EMPTY: Line = [];

export function span(text: string, ink: Ink = "plain"): Span {
  return { text, ink };
}

export function line(text: string, ink: Ink = "plain"): Line {
  return text === "" ? EMPTY : [span(text, ink)];
}

/**
 * What others wrote, made harmless: a terminal obeys control characters, and marks of direction
 * reorder the line.
 */
export function foreign(text: string): string {
  return text.replace(/\s+/gu, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "\u00b7");
}

/** Characters that we draw with ourselves and that every terminal shows in one cell. */
const NARROW = /[\u2010-\u2027\u2500-\u259f\u2713\u2717\u2800-\u28ff]/u;
const FIRST_WIDE = 0x1100;

/**
 * Cells of a character, rather too many than too few: what is beyond Thai and not ours is taken as
 * wide.
 */
function cellsOfCharacter(character: string): number {
  return character.codePointAt(0)! < FIRST_WIDE || NARROW.test(character) ? 1 : 2;
}

export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOfCharacter(character);
  return cells;
}

export function widthOf(of: Line): number {
  return of.reduce((cells, { text }) => cells + cellsOf(text), 0);
}

/** The longest beginning of `text` that fits, and the rest. */
function split(text: string, cells: number): [string, string] {
  let used = 0;
  let at = 0;
  for (const character of text) {
    used += cellsOfCharacter(character);
    if (used > cells) break;
    at += character.length;
  }
  return [text.slice(0, at), text.slice(at)];
}

/** Cuts a line into its first `cells` and the rest. */
export function cut(of: Line, cells: number): [Line, Line] {
  const head: Span[] = [];
  let left = cells;
  for (const [index, { text, ink }] of of.entries()) {
    const [fits, rest] = split(text, left);
    if (fits !== "") head.push({ text: fits, ink });
    if (rest !== "") return [head, [{ text: rest, ink }, ...of.slice(index + 1)]];
    left -= cellsOf(fits);
  }
  return [head, EMPTY];
}

/** Ends with `…` where it was too long. */
export function clip(of: Line, cells: number): Line {
  if (widthOf(of) <= cells) return of;
  const [head] = cut(of, cells - 1);
  return [...head, span("…", head.at(-1)?.ink)];
}

export function padded(of: Line, cells: number): Line {
  const missing = cells - widthOf(of);
  return missing <= 0 ? of : [...of, span(" ".repeat(missing))];
}

function withoutTrailingSpace(of: Line): Line {
  const kept = [...of];
  for (let last = kept.at(-1); last; last = kept.at(-1)) {
    const text = last.text.trimEnd();
    kept.pop();
    if (text === "") continue;
    kept.push({ text, ink: last.ink });
    break;
  }
  return kept;
}

function paint({ text, ink }: Span): string {
  return SGR[ink] === "" ? text : `\u001b[${SGR[ink]}m${text}\u001b[0m`;
}

export function render(lines: readonly Line[], color: boolean): string {
  return lines
    .map((of) => withoutTrailingSpace(of).map(color ? paint : ({ text }) => text))
    .map((texts) => `${texts.join("")}\n`)
    .join("");
}
