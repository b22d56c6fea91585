/**
 * Nested: sections of one report as a part of a page that has several. Texts of others are escaped
 * where they are put in, so that what looks like a tag or an attribute here is ours.
 */
import { Markup } from "./markup.ts";

/** Attributes that name elements of the page. */
const NAMING = / (id|aria-labelledby|aria-describedby)="([^"<>]*)"/g;
const HEADING = /<(\/?)h([2-5])(?=[ >])/g;
const FIGURE = /<figure [\s\S]*?<\/figure>\n?/g;

/** Ids like none of another report, and headings one level down. */
export function nested(sections: readonly Markup[], prefix: string): Markup[] {
  const named = (ids: string) =>
    ids
      .split(" ")
      .map((id) => `${prefix}-${id}`)
      .join(" ");
  return sections.map(
    ({ text }) =>
      new Markup(
        text
          .replace(NAMING, (_, attribute, ids) => ` ${attribute}="${named(ids)}"`)
          .replace(HEADING, (_, closing, level) => `<${closing}h${Number(level) + 1}`),
      ),
  );
}

export function withoutPictures(sections: readonly Markup[]): Markup[] {
  return sections.map(({ text }) => new Markup(text.replace(FIGURE, "")));
}
