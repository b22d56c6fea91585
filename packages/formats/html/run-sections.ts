/**
 * The report of each of several runs: what most look for in sight, the rest folded away. The page
 * has a limit: where not all have room, pictures are left out first, then details, then reports.
 */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { count } from "../figures.ts";
import { loadFacts } from "../human/load.ts";
import { planFacts } from "../plan-facts.ts";
import type { NamedRun } from "../side-by-side/runs.ts";
import { detailSections, summarySections } from "./html.ts";
import { html, type Markup, NOTHING, trusted } from "./markup.ts";
import { nested, withoutPictures } from "./nested.ts";
import { started, targetLine } from "./verdict-section.ts";

/** Begins the ids of a run, and is the place to jump to. */
export function idOf(at: number): string {
  return `run-${at + 1}`;
}

export function bytesOf(parts: readonly Markup[]): number {
  return parts.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
}

function headOf({ name, result }: NamedRun, at: number): Markup {
  const { generator } = result;
  const by = `${generator.name} ${generator.version}`.trim();
  const more = [name === generator.name ? generator.version : by, started(result)];
  const said = more.filter((part) => part !== "").join(" · ");
  return html`<h2 id="${trusted(idOf(at))}-head">${name} <small>${said}</small></h2>
${targetLine(result)}<p>${loadFacts(result, planFacts(result)).join(" · ")}</p>
`;
}

function sectionOf(run: NamedRun, at: number, details: Markup): Markup {
  const id = trusted(idOf(at));
  return html`<section id="${id}" class="run" aria-labelledby="${id}-head">
${headOf(run, at)}${nested(summarySections(run.result), idOf(at))}${details}</section>
`;
}

function foldedOf({ name }: NamedRun, words: string, body: readonly Markup[]): Markup {
  return html`<details class="whole"><summary>${name}: ${words}</summary>
${body}</details>
`;
}

const SHORTENED =
  "The pictures of this run are left out, so that the page stays below a megabyte; " +
  "--output json has all of it.";

/** From the whole report to nothing. */
function versionsOf(run: NamedRun, at: number, inflate: Deflate): Markup[] {
  const details = nested(detailSections(run.result, inflate), idOf(at));
  const said = html`<p class="faint">${SHORTENED}</p>\n`;
  return [
    sectionOf(run, at, foldedOf(run, "the whole report", details)),
    sectionOf(run, at, foldedOf(run, "details", [said, ...withoutPictures(details)])),
    sectionOf(run, at, NOTHING),
  ];
}

function leftOut(n: number): Markup {
  if (n === 0) return NOTHING;
  return html`<p class="faint">${count(n)} more have no room here; --output json has them.</p>\n`;
}

/** In at most so many bytes; what one leaves of its part is for those behind it. */
export function runSections(runs: readonly NamedRun[], most: number, inflate: Deflate): Markup[] {
  let left = most;
  let without = 0;
  const sections = runs.map((run, at) => {
    const part = left / (runs.length - at);
    const found = versionsOf(run, at, inflate).find((version) => bytesOf([version]) <= part);
    if (found === undefined) without++;
    else left -= bytesOf([found]);
    return found ?? NOTHING;
  });
  return [...sections, leftOut(without)];
}
