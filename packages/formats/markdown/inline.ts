/**
 * Inline: texts of others in Markdown, such that nothing of them is markup, links, or calls
 * somebody. GitHub and GitLab look for `@name` and `#1` in what was rendered, so that escaping does
 * not help: they pass over code, and elsewhere a joiner of no width stands between.
 */
import { foreign } from "../human/line.ts";

const MOST_CHARACTERS = 120;
const JOINER = "&#8288;";

function clipped(text: string): string {
  const line = foreign(text).trim();
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/** What begins or ends markup: emphasis, links, tags, tables, formulas, `:names:` of pictures. */
const MARKUP = /[\\`*_{}[\]<>#@!|~&^$]|:(?=\/\/|[\w+-]+:)/g;
/** What would begin a list, a heading or a rule; and addresses that are links without a scheme. */
const BEGINNING = /^[-+=]|(?<=^\d+)[.)]|(?<=\bwww)\./gi;

/** A sentence. */
export function plain(text: string): string {
  const marked = (character: string) =>
    "@#".includes(character) ? reference(character) + JOINER : reference(character);
  // The references hold `#` and `&`: each character is looked at once.
  const pattern = new RegExp(`${MARKUP.source}|${BEGINNING.source}`, "gi");
  return clipped(text).replace(pattern, marked);
}

/** A name, an expression, an address; also in the cell of a table. */
export function code(text: string): string {
  const line = clipped(text);
  if (line === "") return "";
  if (line.includes("|")) {
    return `<code>${line.replace(/[^\p{L}\p{N} ]/gu, reference)}</code>`;
  }
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const gap = /^`|`$/.test(line) ? " " : "";
  return `${fence}${gap}${line}${gap}${fence}`;
}
