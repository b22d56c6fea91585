/** First of all: what the verdict is, and why; what was run; the numbers that most look for. */
import { headlineOf } from "@nightjar/charts/headline.ts";
import type { Latency, ResultQuantity } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, counted, percent, rate } from "../figures.ts";
import { loadFacts } from "../human/load.ts";
import { isAtLeast, latencyWithUnit } from "../human/quantities.ts";
import { headline, reasonsBeside } from "../human/verdict.ts";
import { planFacts } from "../plan-facts.ts";
import { html, type Markup, NOTHING, type Piece } from "./markup.ts";

export const OUTCOMES = {
  pass: { word: "PASS", ink: "good" },
  fail: { word: "FAIL", ink: "bad" },
  inconclusive: { word: "INCONCLUSIVE", ink: "doubt" },
} as const;

export function verdictSection(result: ResultDocument): Markup {
  const { word, ink } = OUTCOMES[result.verdict.outcome];
  const reasons = reasonsBeside(result).map((reason) => html`<li>${reason}</li>\n`);
  const list = reasons.length === 0 ? NOTHING : html`<ul>${reasons}</ul>`;
  return html`<section id="verdict" class="verdict ${ink}" aria-label="verdict">
<p><strong class="${ink}">${word}</strong> <span>${headline(result)}</span></p>
${list}</section>
`;
}

/** `2026-03-14 09:26:53 UTC` */
export function started({ startedAt }: ResultDocument): string {
  if (startedAt === null) return "";
  return `${startedAt.slice(0, 19).replace("T", " ")} UTC`;
}

export function targetLine({ targets }: ResultDocument): Markup {
  const [first, ...others] = targets;
  if (first === undefined) return NOTHING;
  const more = others.length === 0 ? "" : ` and ${count(others.length)} more`;
  return html`<p class="target"><code>${first.method} ${first.url}</code>${more}</p>`;
}

export function titleSection(result: ResultDocument): Markup {
  const { name, generator } = result;
  const by = `${generator.name} ${generator.version}`.trim();
  const over = ["Load test", started(result), by].filter((part) => part !== "").join(" · ");
  return html`<header>
<p class="faint">${over}</p>
<h1>${name}</h1>
${targetLine(result)}<p>${loadFacts(result, planFacts(result)).join(" · ")}</p>
</header>
`;
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly ink?: "good" | "bad" | "doubt";
}

function tileOf({ name, value, note, ink = undefined }: Tile): Markup {
  const said: Piece = ink === undefined ? value : html`<span class="${ink}">${value}</span>`;
  return html`<div><dt>${name}</dt><dd>${said}</dd><dd class="note">${note}</dd></div>\n`;
}

function rateTile(result: ResultDocument): Tile {
  const { achieved, offered, accounting } = result;
  const isOpen = planFacts(result).model !== "closed" && offered.ratePerS !== null;
  const share =
    accounting && accounting.due > 0 ? `, ${percent(accounting.completed / accounting.due)}` : "";
  const note = isOpen ? `of ${rate(offered.ratePerS ?? 0)} offered${share}` : "as answers came";
  return { name: "answered", value: rate(achieved.ratePerS), note };
}

function latencyNote(quantity: ResultQuantity | undefined, column: string): string {
  if (isAtLeast(quantity)) return `${column}, at least: not all was answered`;
  if (quantity === undefined) return `${column}: not said by the document`;
  return quantity === null ? `${column}: too few samples` : column;
}

function latencyTiles(result: ResultDocument): Tile[] {
  const headline = headlineOf(result);
  if (headline === null) return [];
  const { column, latency } = headline;
  return ["50", "90", "99", "99.9"].map((name) => {
    const quantity = latency.percentiles[name];
    const value = latencyWithUnit(quantity);
    return { name: `p${name}`, value, note: latencyNote(quantity, column) };
  });
}

/** Answered wrongly, and failed, of what was sent: as the threshold `errors` has it. */
function errorTile({ accounting, populations }: ResultDocument): Tile[] {
  const { error } = populations;
  if (accounting === null || error === null || accounting.sent === 0) {
    if (error === null) return [];
    const ink = error > 0 ? "bad" : undefined;
    return [{ name: "errors", value: count(error), note: "answers that are not ok", ink }];
  }
  const { sent, failed } = accounting;
  const all = error + failed;
  const note =
    all === 0 ? `of ${count(sent)} sent` : `${count(error)} answered, ${count(failed)} failed`;
  return [{ name: "errors", value: percent(all / sent), note, ink: all > 0 ? "bad" : undefined }];
}

function unansweredTile({ accounting, populations: { unanswered } }: ResultDocument): Tile[] {
  if (unanswered === null) return [];
  const share =
    accounting && accounting.due > 0 ? ` (${percent(unanswered / accounting.due)})` : "";
  const note = accounting === null ? "" : `of ${counted(accounting.due, "exchange")}${share}`;
  const ink = unanswered > 0 ? "bad" : undefined;
  return [{ name: "unanswered", value: count(unanswered), note, ink }];
}

const HEALTH = {
  true: { value: "fit", ink: "good" },
  false: { value: "not fit", ink: "bad" },
  null: { value: "unknown", ink: undefined },
} as const;

function ownLateness(lag: Latency | undefined): string {
  if (lag === undefined) return "its own lateness is not known";
  const p99 = lag.percentiles["99"];
  if (p99 != null) return `lag p99 ${latencyWithUnit(p99)}`;
  return lag.max === null ? "nothing was sent" : `lag at most ${latencyWithUnit(lag.max)}`;
}

function healthTile({ generator, latencyMs }: ResultDocument): Tile {
  const { value, ink } = HEALTH[`${generator.healthy}`];
  return { name: "generator", value, note: ownLateness(latencyMs.lag), ink };
}

export function keyNumbers(result: ResultDocument): Markup {
  const tiles = [
    rateTile(result),
    ...errorTile(result),
    ...unansweredTile(result),
    healthTile(result),
    ...latencyTiles(result),
  ];
  return html`<section id="numbers" aria-label="key numbers"><dl class="tiles">
${tiles.map(tileOf)}</dl></section>
`;
}
