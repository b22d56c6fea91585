/**
 * Markup: text that is HTML already. Whatever else is put into a template is text of others, and
 * escaped; so forgetting to escape is not possible, only to mark wrongly, by `trusted`.
 */
import { foreign } from "../human/line.ts";

export class Markup {
  constructor(readonly text: string) {}
}

export type Piece = Markup | string | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Longer texts of others say nothing more to a reader. */
const MOST_CHARACTERS = 1000;

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

function clipped(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}

/** A number and its unit stay on one line, and a sign and its number. */
function bound(text: string): string {
  return text.replace(/(?<=\d) (?=(?:%|[nµm]?s|[kMGTP]?B)(?!\w))|(?<=^>) (?=\d)/g, "\u00a0");
}

function textOf(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === "string") return escaped(bound(foreign(clipped(piece))));
  return piece.map(textOf).join("");
}

/** A template: its own words are markup, what is put into it is not, unless it is Markup. */
export function html(words: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(
    words.map((word, at) => (at === 0 ? word : textOf(pieces[at - 1]) + word)).join(""),
  );
}

export const NOTHING = new Markup("");

/** Ours, and HTML already: a picture of the room `charts`, which escapes by itself; an id. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** Lines of our own making with texts of others in them, as they stand. */
export function lines(text: string): Markup {
  const harmless = text.split("\n").map((line) => line.replace(/^ +|[^ ]+/g, wordOf));
  return new Markup(harmless.join("\n"));
}

/** Spaces at the begin of a line are kept, and between words. */
function wordOf(word: string): string {
  return /^ +$/.test(word) ? word : escaped(foreign(word));
}
