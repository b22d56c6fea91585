/**
 * A Result as Markdown for a pull request: verdict, thresholds and key numbers at a glance, what
 * few look for folded away. It fits into one comment.
 */
import { headlineOf } from "@nightjar/charts/headline.ts";
import { type LatencyColumn, PERCENTILES, type Slice } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { agentRows, agentTitles, kindOfAgents } from "../agent-rows.ts";
import { bytes, count, counted, percent, rate, seconds } from "../figures.ts";
import { fidelityOf } from "../human/latency-table.ts";
import { loadFacts } from "../human/load.ts";
import {
  isAtLeast,
  latencyText,
  latencyWithUnit,
  quantitiesOf,
  signsIn,
  thresholdValue,
  UNSAID,
} from "../human/quantities.ts";
import { headline, isDoubted, reasonsBeside } from "../human/verdict.ts";
import { planFacts } from "../plan-facts.ts";
import { code, plain } from "./inline.ts";
import { folded, type MarkdownColumn, markdownTable } from "./table.ts";

/** A comment on GitHub holds 65,536 characters. */
export const MOST_CHARACTERS = 60_000;
const MOST_THRESHOLDS = 50;
const MOST_ROWS = 30;
const MOST_ERRORS = 12;
const MOST_REASONS = 12;

export const SIGNS = { pass: "✅ PASS", fail: "❌ FAIL", inconclusive: "⚠️ INCONCLUSIVE" } as const;
const MARKS = { true: "✅", false: "❌", null: "⚠️" } as const;

export function numbers(...titles: string[]): MarkdownColumn[] {
  return titles.map((title) => ({ title, isNumber: true }));
}

/** By which a bot finds its own comment again. */
export function marker(name: string): string {
  return `<!-- nightjar report: ${encodeURIComponent(name.toWellFormed()).slice(0, 200)} -->`;
}

/** What stands behind the verdict's word. */
export function reasons(result: ResultDocument): string {
  const list = reasonsBeside(result).slice(0, MOST_REASONS);
  const rows = list.map((reason) => `- ${plain(reason)}`);
  return [headline(result), ...(rows.length === 0 ? [] : ["", ...rows])].join("\n");
}

function verdict(result: ResultDocument): string {
  return `### ${SIGNS[result.verdict.outcome]}: ${plain(result.name)}\n\n${reasons(result)}`;
}

function thresholds(result: ResultDocument): string {
  const doubted = isDoubted(result);
  const judged = result.thresholds.map(({ expr, value, ok }) => [
    doubted ? MARKS.null : MARKS[`${ok}`],
    code(expr),
    thresholdValue(expr, value),
  ]);
  const { stopped } = result;
  const ended = stopped && `ended the run after ${seconds(stopped.atS)}`;
  const rows = stopped === null ? judged : [["❌", code(stopped.condition), `${ended}`], ...judged];
  const columns = [{ title: "" }, { title: "threshold" }, { title: "measured" }];
  return markdownTable(columns, rows, MOST_THRESHOLDS);
}

function errorShare({ accounting, populations: { error } }: ResultDocument): string {
  if (error === null) return UNSAID;
  if (accounting === null || accounting.sent === 0) return count(error);
  const all = error + accounting.failed;
  return all === 0 ? "0" : `${count(all)} (${percent(all / accounting.sent)})`;
}

const QUANTILES = ["50", "90", "99", "99.9"] as const;

/** Of the signs that stand for no number. */
function legend(cells: readonly string[]): string[] {
  return signsIn(cells).map(([sign, meaning]) => `${code(sign)}: ${meaning}`);
}

/** What there is to know of a table, below it. */
function captioned(table: string, said: readonly string[]): string {
  return said.length === 0 ? table : `${table}\n\n${said.join("; ")}.`;
}

function keyNumbers(result: ResultDocument): string {
  const { achieved, offered, populations } = result;
  const isOpen = planFacts(result).model !== "closed" && offered.ratePerS !== null;
  const of = isOpen ? ` of ${rate(offered.ratePerS ?? 0)}` : "";
  const found = headlineOf(result);
  const latencies = QUANTILES.map((name) => latencyWithUnit(found?.latency.percentiles[name]));
  const { unanswered } = populations;
  const cells = [
    `${rate(achieved.ratePerS)}${of}`,
    errorShare(result),
    unanswered === null ? UNSAID : count(unanswered),
    ...(found === null ? [] : latencies),
  ];
  const names = found === null ? [] : QUANTILES.map((name) => `${found.column} p${name}`);
  const table = markdownTable(numbers("answered", "errors", "unanswered", ...names), [cells], 1);
  const isBound = QUANTILES.some((name) => isAtLeast(found?.latency.percentiles[name]));
  const said = isBound ? ["`>`: at least, as not all was answered"] : [];
  said.push(...legend(cells));
  said.push(...fidelityOf(result).map(plain));
  return captioned(table, said);
}

function errors({ errors: kinds, errorSamples }: ResultDocument): string {
  const rows = Object.entries(kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, n]) => [code(kind), count(n), plain(errorSamples[kind]?.sample ?? "")]);
  const samples = Object.values(errorSamples);
  const isTimed = samples.some(({ atS }) => atS !== null);
  const what = { title: isTimed ? "the first" : "what it was" };
  const columns = [{ title: "error" }, ...numbers("exchanges"), what];
  // What no document says has no column.
  const shown = samples.length === 0 ? 2 : 3;
  const cut = rows.map((row) => row.slice(0, shown));
  return markdownTable(columns.slice(0, shown), cut, MOST_ERRORS);
}

const COLUMNS: readonly LatencyColumn[] = [
  "wait",
  "connect",
  "lag",
  "service",
  "response",
  "errorResponse",
];

const ROWS = ["mean", ...PERCENTILES.map((name) => `p${name}`), "max"];

function latencyTable(result: ResultDocument): string {
  const known = COLUMNS.flatMap((name) => {
    const latency = result.latencyMs[name];
    if (latency === undefined || latency.count === 0) return [];
    return [{ name, n: count(latency.count), quantities: quantitiesOf(latency, result) }];
  });
  const rows = [
    ["n", ...known.map(({ n }) => n)],
    ...ROWS.map((name) => [name, ...known.map((one) => latencyText(one.quantities[name]))]),
  ];
  const titles = known.map(({ name }) => (name === "errorResponse" ? "error" : name));
  const table = markdownTable([{ title: "" }, ...numbers(...titles)], rows, rows.length);
  return known.length === 0 ? "" : folded("latency, ms", captioned(table, legend(rows.flat())));
}

function sliceTable(title: string, names: readonly string[], slices: readonly Slice[]): string {
  const rows = slices.map((slice, at) => {
    const { response } = slice.latencyMs;
    const found = ["50", "99"].map((name) => latencyText(response?.percentiles[name] ?? null));
    const counts = [slice.due, slice.errors, slice.unanswered].map(count);
    return [names[at], ...counts, rate(slice.achievedPerS), ...found];
  });
  const titles = ["due", "errors", "unanswered", "answered", "response p50 ms", "response p99 ms"];
  return folded(title, markdownTable([{ title }, ...numbers(...titles)], rows, MOST_ROWS));
}

function stages({ stages: all }: ResultDocument): string {
  const names = all.map(({ ratePerS: { from, to } }, at) => {
    const rates = from === to ? rate(to) : `${count(from)} to ${rate(to)}`;
    return `${at + 1}: ${rates}`;
  });
  return sliceTable("stages", names, all);
}

function targets({ targets: all }: ResultDocument): string {
  if (all.length < 2) return "";
  return sliceTable(
    "targets",
    all.map(({ name }) => code(name)),
    all,
  );
}

function backends({ backends: all }: ResultDocument): string {
  const entries = Object.entries(all);
  if (entries.length < 2) return "";
  const rows = entries.map(([address, { completed, errors: wrong, failed, serviceMs }]) => [
    code(address),
    ...[completed, wrong, failed].map(count),
    ...["50", "99"].map((name) => latencyText(serviceMs.percentiles[name])),
  ]);
  const titles = ["answers", "errors", "failed", "service p50 ms", "service p99 ms"];
  const table = markdownTable([{ title: "backend" }, ...numbers(...titles)], rows, MOST_ROWS);
  return folded("backends", table);
}

function agents(result: ResultDocument): string {
  const titles = agentTitles(kindOfAgents(result));
  const rows = agentRows(result).map(({ name, ...cells }) => [code(name), ...Object.values(cells)]);
  const { name, ...others } = titles;
  const columns = [{ title: name }, ...numbers(...Object.values(others))];
  return folded("agents", markdownTable(columns, rows, MOST_ROWS));
}

const HEALTH = { true: "fit to measure", false: "not fit to measure", null: "fitness unknown" };

function about(result: ResultDocument): string {
  const { environment, generator, id, latencyMs, startedAt, targets: all } = result;
  const [first] = all;
  const more = all.length > 1 ? ` and ${count(all.length - 1)} more` : "";
  const lag = latencyMs.lag?.percentiles["99"];
  const late = lag == null ? "" : ` (lag p99 ${latencyWithUnit(lag)})`;
  const machine = environment && [environment.host, counted(environment.cores, "core")];
  const memory = environment && bytes(environment.memoryMb * 1e6);
  const facts = [
    first === undefined ? "" : `${code(`${first.method} ${first.url}`)}${more}`,
    ...loadFacts(result, planFacts(result)).map(plain),
    `generator ${HEALTH[`${generator.healthy}`]}${late}`,
    plain(`${generator.name} ${generator.version}`),
    ...(machine === null ? [] : [plain([...machine, memory].join(", "))]),
    startedAt === null ? "" : code(startedAt),
    code(id),
  ];
  const warnings = generator.warnings.slice(0, MOST_REASONS).map((text) => `- ⚠️ ${plain(text)}`);
  const said = facts.filter((fact) => fact !== "").join(" · ");
  return warnings.length === 0 ? said : `${warnings.join("\n")}\n\n${said}`;
}

/** Of `sections` those that have room in so many characters, in their order. */
function fitting(sections: readonly string[], room: number): string[] {
  let left = room;
  return sections.filter((section) => {
    if (section === "" || section.length + 2 > left) return false;
    left -= section.length + 2;
    return true;
  });
}

/** Parts of a report below its verdict, those with room in about so many characters. */
export function partsOf(result: ResultDocument, most: number): string[] {
  const head = [keyNumbers(result), thresholds(result)].filter((section) => section !== "");
  const foot = about(result);
  const room = most - [...head, foot].join("\n\n").length;
  const sections = [errors, latencyTable, stages, targets, agents, backends];
  const others = sections.map((section) => section(result));
  return [...head, ...fitting(others, room), foot];
}

/** Ends with a newline. */
export function markdownOf(result: ResultDocument): string {
  const head = [marker(result.name), verdict(result)];
  const parts = partsOf(result, MOST_CHARACTERS - head.join("\n\n").length - 2);
  return `${[...head, ...parts].join("\n\n")}\n`;
}
