/**
 * Several Results as Markdown for a pull request: one table with a row for each run, then each run
 * folded away. Columns of latency name their kind; a run has none in those of the other.
 */
import type { Latency } from "@nightjar/core/result/result.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { count, rate } from "../figures.ts";
import { fidelityOf } from "../human/latency-table.ts";
import { isAtLeast, latencyWithUnit, TOO_FEW } from "../human/quantities.ts";
import { planFacts } from "../plan-facts.ts";
import {
  DID_NOT_RUN,
  fidelityWords,
  howOf,
  KIND_MEANING,
  type Kind,
  kindsOf,
  measuredOf,
  type NamedRun,
  namedRuns,
  nounOf,
  outcomesOf,
  wholeFidelity,
} from "../side-by-side/runs.ts";
import { code, plain } from "./inline.ts";
import { MOST_CHARACTERS, marker, numbers, partsOf, reasons, SIGNS } from "./markdown.ts";
import { folded, markdownTable } from "./table.ts";

const MOST_ROWS = 50;
const MOST_FAILURES = 10;
const QUANTILES = ["50", "99", "99.9"] as const;
const MARKS = { pass: "✅", fail: "❌", inconclusive: "⚠️" } as const;

function latencyCells(latency: Latency | undefined): string[] {
  return QUANTILES.map((name) =>
    latency === undefined ? "" : latencyWithUnit(latency.percentiles[name]),
  );
}

function rowOf({ name, result }: NamedRun, kinds: readonly Kind[]): string[] {
  const { achieved, offered, populations, verdict, generator } = result;
  const of = planFacts(result).model === "closed" ? "" : ` of ${rate(offered.ratePerS)}`;
  return [
    MARKS[verdict.outcome],
    plain(name),
    count(achieved.requests),
    `${rate(achieved.ratePerS)}${of}`,
    count(populations.error),
    count(populations.unanswered),
    generator.latencyKind,
    ...kinds.flatMap((kind) => latencyCells(measuredOf(result, kind))),
  ];
}

/** All as one, by their histograms and not by their percentiles. */
function wholeRow({ whole, verdict }: SideBySide, kinds: readonly Kind[]): string[][] {
  if (whole === null) return [];
  const { completed, errors, unanswered, latencyMs } = whole;
  const counts = [count(completed), "", count(errors), count(unanswered), ""];
  const latencies = kinds.flatMap((kind) => latencyCells(latencyMs[kind]));
  return [[MARKS[verdict.outcome], "**all as one**", ...counts, ...latencies]];
}

function table(document: SideBySide, runs: readonly NamedRun[]): string {
  const kinds = kindsOf(runs);
  const latencies = kinds.flatMap((kind) => QUANTILES.map((name) => `${kind} p${name}`));
  const columns = [
    ...[{ title: "" }, { title: nounOf(document) }],
    ...numbers("answers", "answered", "errors", "unanswered"),
    { title: "its latency" },
    ...numbers(...latencies),
  ];
  const rows = runs.map((run) => rowOf(run, kinds));
  // The whole stands on top where the rows are cut.
  const all = rows.length > MOST_ROWS ? "first" : "last";
  const whole = wholeRow(document, kinds);
  const shown = all === "first" ? [...whole, ...rows] : [...rows, ...whole];
  return markdownTable(columns, shown, MOST_ROWS + 1);
}

function legend(document: SideBySide, runs: readonly NamedRun[]): string {
  const { whole } = document;
  const kinds = kindsOf(runs);
  const latencies = [
    ...runs.flatMap(({ result }) => kinds.flatMap((kind) => measuredOf(result, kind) ?? [])),
    ...kinds.flatMap((kind) => whole?.latencyMs[kind] ?? []),
  ];
  const shown = latencies.flatMap(({ percentiles }) => QUANTILES.map((name) => percentiles[name]));
  const said = kinds.map((kind) => `${kind}: ${KIND_MEANING[kind]}.`);
  if (shown.some(isAtLeast)) said.push("`>`: at least; not all was answered.");
  if (shown.some((quantity) => quantity == null)) said.push(`${TOO_FEW}: too few samples.`);
  const fidelity = runs.flatMap(({ name, result }) =>
    fidelityOf(result).map((text) => `${plain(name)}: ${plain(text)}.`),
  );
  const coarse = wholeFidelity(document);
  if (coarse !== undefined) fidelity.push(`all as one: of ${fidelityWords(coarse)}.`);
  return [...said, ...fidelity].join(" ");
}

function failures({ failures: all, notRun }: SideBySide): string {
  const rows = [
    ...all.map(({ generator, message }) => `- ❌ ${plain(generator)}: ${plain(message)}`),
    ...notRun.map((name) => `- ⚠️ ${plain(name)} ${DID_NOT_RUN}`),
  ];
  const more = rows.length - MOST_FAILURES;
  return [...rows.slice(0, MOST_FAILURES), ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

function runSection({ name, result }: NamedRun, most: number): string {
  const { generator, verdict } = result;
  const by = name === generator.name ? "" : `, ${generator.name}`;
  const summary = `${plain(`${name}${by} ${generator.version}`)}: ${SIGNS[verdict.outcome]}`;
  const why = reasons(result);
  const room = most - summary.length - why.length - 60;
  return folded(summary, [why, ...partsOf(result, room)].join("\n\n"));
}

/** Each has an equal part of the room that is left; one that is longer even so has none. */
function runSections(runs: readonly NamedRun[], room: number): string[] {
  let left = room;
  let without = 0;
  const sections = runs.flatMap((run, at) => {
    const most = left / (runs.length - at);
    const text = runSection(run, most);
    if (text.length + 2 > most) {
      without++;
      return [];
    }
    left -= text.length + 2;
    return [text];
  });
  return without === 0 ? sections : [...sections, `${count(without)} of them have no room here.`];
}

function asked(document: SideBySide, [first]: readonly NamedRun[]): string {
  const how = plain(howOf(document));
  if (first === undefined || document.whole !== null) return how;
  const { method, url } = first.result.targets[0];
  return `${code(`${method} ${url}`)} · ${how}`;
}

/** Ends with a newline. */
export function markdownOfSeveral(document: SideBySide): string {
  const runs = namedRuns(document);
  const head = [
    marker(`${document.name}, side by side`),
    `### ${SIGNS[document.verdict.outcome]}: ${plain(document.name)}, side by side`,
    outcomesOf(document),
    table(document, runs),
    legend(document, runs),
    failures(document),
  ].filter((part) => part !== "");
  const foot = asked(document, runs);
  const room = MOST_CHARACTERS - [...head, foot].join("\n\n").length - 60;
  return `${[...head, ...runSections(runs, room), foot].join("\n\n")}\n`;
}
