/**
 * Several Results as one HTML file that needs nothing else: the verdict of all, what each gave
 * beside the others, their spectra over each other, then the report of each.
 */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { count } from "../figures.ts";
import { loadFacts } from "../human/load.ts";
import { headline, isDoubted, reasonsBeside } from "../human/verdict.ts";
import { planFacts } from "../plan-facts.ts";
import { DID_NOT_RUN, howOf, type NamedRun, namedRuns, outcomesOf } from "../side-by-side/runs.ts";
import { comparisonSection } from "./comparison-section.ts";
import { pageOf } from "./html.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { readingSection } from "./reading-section.ts";
import { bytesOf, runSections } from "./run-sections.ts";
import { spectraSection } from "./spectra-section.ts";
import { OUTCOMES, started, targetLine } from "./verdict-section.ts";

/** The page is below a megabyte: what is left of it for style and head is ample. */
const MOST_BYTES = 960_000;
const MOST_REASONS = 20;

/** Of several generators, each with latencies of its own meaning: the plan that all were given. */
function planLines({ whole }: SideBySide, [first]: readonly NamedRun[]): Markup {
  if (first === undefined || whole !== null) return NOTHING;
  const { result } = first;
  const facts = loadFacts(result, planFacts(result), (model) => `${model} loop`);
  return html`${targetLine(result)}<p>${facts.join(" · ")}</p>`;
}

function titleSection(document: SideBySide, runs: readonly NamedRun[]): Markup {
  const at = runs.length === 0 ? "" : started(runs[0].result);
  const over = ["Load test", at, howOf(document)].filter((part) => part !== "");
  return html`<header>
<p class="faint">${over.join(" · ")}</p>
<h1>${document.name}</h1>
${planLines(document, runs)}
</header>
`;
}

function whyOf({ name, result }: NamedRun): string[] {
  if (result.verdict.outcome === "pass") return [];
  const beside = reasonsBeside(result);
  const failing = result.thresholds.flatMap(({ expr, ok }) => (ok === true ? [] : [expr]));
  const exprs = isDoubted(result) || failing.length === 0 ? "" : `: ${failing.join(", ")}`;
  const more = beside.length === 0 ? "" : ` ${beside.join("; ")}`;
  return [`${name}: ${headline(result)}${exprs}${more}`];
}

function verdictSection(document: SideBySide, runs: readonly NamedRun[]): Markup {
  const { word, ink } = OUTCOMES[document.verdict.outcome];
  const failed = document.failures.map(
    ({ generator, message }) => `${generator} gave no result: ${message}`,
  );
  const unrun = document.notRun.map((name) => `${name} ${DID_NOT_RUN}`);
  const all = [...failed, ...unrun, ...runs.flatMap(whyOf)];
  const more = all.length - MOST_REASONS;
  const said = more > 0 ? [...all.slice(0, MOST_REASONS), `and ${count(more)} more`] : all;
  const list =
    said.length === 0 ? NOTHING : html`<ul>${said.map((why) => html`<li>${why}</li>\n`)}</ul>`;
  return html`<section id="verdict" class="verdict ${ink}" aria-label="verdict of all">
<p><strong class="${ink}">${word}</strong> <span>${outcomesOf(document)}</span></p>
${list}</section>
`;
}

/** Ends with a newline. Throws `protocol` for a Result with a broken histogram. */
export function htmlOfSeveral(
  document: SideBySide,
  { inflate }: { readonly inflate: Deflate },
): string {
  const runs = namedRuns(document);
  const compared = [
    titleSection(document, runs),
    verdictSection(document, runs),
    comparisonSection(document),
    spectraSection(runs, inflate),
  ];
  const foot = readingSection();
  const room = MOST_BYTES - bytesOf([...compared, foot]);
  const { word } = OUTCOMES[document.verdict.outcome];
  const body = [...compared, ...runSections(runs, room, inflate), foot];
  return pageOf(`${word} · ${document.name}, side by side`, body);
}
