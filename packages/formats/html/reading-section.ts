/** What the numbers say, in sentences; and how the report is read. */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { isMeasured, type ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type Chapter, explanationOf } from "../explain/explanation.ts";
import type { Statement } from "../explain/statement.ts";
import { html, type Markup } from "./markup.ts";
import { section } from "./table.ts";

const MARKS = { good: "✓", bad: "✗", doubt: "!", plain: "·" } as const;

function statementOf({ tone, text, advice }: Statement): Markup {
  const more = advice === undefined ? [] : [html` <span class="advice">${advice}</span>`];
  return html`<li><b class="${tone}">${MARKS[tone]}</b> <span>${text}${more}</span></li>\n`;
}

function chapterOf({ title, statements }: Chapter): Markup {
  return html`<h3>${title}</h3>
<ul class="said">${statements.map(statementOf)}</ul>
`;
}

/** Of what Nightjar has measured; of another tool's numbers too little is known for sentences. */
export function wordsSection(result: ResultDocument, inflate: Deflate): Markup {
  if (!isMeasured(result)) return section("words", "In words", []);
  const { chapters } = explanationOf(result, inflate);
  return section("words", "In words", chapters.map(chapterOf));
}

const READING: readonly (readonly [string, string])[] = [
  [
    "verdict",
    "Inconclusive means that nothing was judged: the generator was not fit to measure, or the " +
      "run is not complete, or there are too few samples. It is neither a pass nor a fail.",
  ],
  [
    "response",
    "From the moment at which an exchange was due to its answer: what a user would have felt. " +
      "It is wait (no connection was free) + connect + lag (the generator's own lateness) + " +
      "service (sent to answered).",
  ],
  [
    "percentile",
    "p99 is the latency that 99 of 100 exchanges did not exceed. Exchanges without an answer " +
      "count as longer than every answer.",
  ],
  ["> 31.0", "At least: not all was answered, and the true value is surely not below."],
  ["–", "Too few samples for a 95 % interval: p99 needs 368, p99.9 3,688."],
  [
    "errors",
    "Answers that are not ok have latencies of their own, so that fast errors flatter nothing.",
  ],
  [
    "over time",
    "Each second by itself, by the time of the answer; warm-up and drain are shown, and are in " +
      "no other number but bytes and connections.",
  ],
];

const OF_CONVERTED: typeof READING = [
  ["?", "Not said by the document that this Result was made of: nobody here knows it."],
];

/** `source`: of a Result that was converted. */
export function readingSection(source?: ResultDocument["source"]): Markup {
  const terms = source === undefined ? READING : [...READING, ...OF_CONVERTED];
  const rows = terms.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>\n`);
  return section("reading", "How to read this", [html`<dl>${rows}</dl>`]);
}
