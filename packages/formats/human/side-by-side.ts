/**
 * Several generators beside each other: what each was asked and gave, a column each; then what each
 * says of itself. Rows of latency name their kind, and who does not measure it has `–`.
 */
import type { Latency, Result } from "@nightjar/core/result/result.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { count, counted } from "../figures.ts";
import {
  DID_NOT_RUN,
  fidelityWords,
  howOf,
  KINDS,
  type Kind,
  measuredOf,
  namedRuns,
  wholeFidelity,
} from "../side-by-side/runs.ts";
import { flow, prose } from "./flow.ts";
import { clip, EMPTY, foreign, type Ink, type Line, line, render, span } from "./line.ts";
import { planSection } from "./load.ts";
import { latencyText, stated, TOO_FEW } from "./quantities.ts";
import { alignPoints } from "./table.ts";

export interface SideBySideOptions {
  readonly columns: number;
  readonly color: boolean;
}

interface Row {
  readonly name: string;
  readonly cells: readonly string[];
}

const QUANTILES = ["50", "90", "99", "99.9"] as const;
const NARROWEST = 40;
const WIDEST_NAME = 16;
const GAP = "  ";

const SHOWN = {
  pass: ["PASS", "good"],
  fail: ["FAIL", "bad"],
  inconclusive: ["INCONCLUSIVE", "doubt"],
} as const satisfies Record<string, readonly [string, Ink]>;

function countRows(results: readonly Result[]): Row[] {
  const row = (name: string, of: (result: Result) => string) => ({ name, cells: results.map(of) });
  const perS = (n: number) => n.toFixed(1);
  return [
    row("answers", ({ achieved }) => count(achieved.requests)),
    row("answers /s", ({ achieved }) => perS(achieved.ratePerS)),
    row("errors", ({ populations }) => count(populations.error)),
    row("unanswered", ({ populations }) => count(populations.unanswered)),
    row("connections", ({ connections }) =>
      connections.opened === null ? TOO_FEW : count(connections.opened),
    ),
  ];
}

function latencyRows(results: readonly Result[], column: Kind): Row[] {
  const latencies = results.map((result) => measuredOf(result, column));
  if (latencies.every((latency) => latency === undefined)) return [];
  const row = (name: string, of: (latency: Latency) => string) => ({
    name: `${column} ${name}, ms`,
    cells: latencies.map((latency) => (latency === undefined ? TOO_FEW : of(latency))),
  });
  return [
    row("mean", ({ mean }) => latencyText(mean)),
    ...QUANTILES.map((q) => row(`p${q}`, ({ percentiles }) => latencyText(percentiles[q]))),
    row("max", ({ max }) => latencyText(max)),
  ];
}

/** As many generators side by side as fit; the others in a table below. */
function tables(results: readonly Result[], heads: readonly string[], columns: number): Line[] {
  const rows = [countRows(results), ...KINDS.map((column) => latencyRows(results, column))];
  const groups = rows.filter((group) => group.length > 0);
  const stub = Math.max(...groups.flat().map(({ name }) => name.length));
  const cells = results.map((_, at) => cellsOf(headOf(heads[at]), groups, at));
  const fitting = fittingIn(cells, columns - stub);
  const shown = cells.slice(0, fitting);
  const names = groups.flatMap((group) => ["", ...group.map(({ name }) => name)]);
  const table = names.map((name, row) => [
    span(name.padEnd(stub), "faint"),
    ...shown.map((column) => span(`${GAP}${column[row]}`, row === 0 ? "bold" : "plain")),
  ]);
  if (fitting >= results.length) return table;
  return [...table, EMPTY, ...tables(results.slice(fitting), heads.slice(fitting), columns)];
}

function headOf(name: string): string {
  return clip(line(foreign(name)), WIDEST_NAME)
    .map(({ text }) => text)
    .join("");
}

/** The name of the generator above each group, its numbers aligned at the point. */
function cellsOf(name: string, groups: readonly (readonly Row[])[], at: number): string[] {
  const texts = groups.flatMap((group) => ["", ...group.map(({ cells }) => cells[at])]);
  const [head, ...aligned] = alignPoints([name], texts);
  return [head, ...aligned.slice(1)];
}

function fittingIn(columns: readonly string[][], room: number): number {
  let used = 0;
  const over = columns.findIndex(([head]) => {
    used += GAP.length + head.length;
    return used > room;
  });
  return over < 0 ? columns.length : Math.max(over, 1);
}

/** `head`: what it is called above its column, where that is not the generator. */
function wordsOf({ generator, verdict }: Result, head: string, columns: number): Line[] {
  const [word, ink] = SHOWN[verdict.outcome];
  const by = `${headOf(generator.name)} ${foreign(generator.version)}`;
  const name = `${head === generator.name ? by : `${headOf(head)}, ${by}`}: `;
  const facts = [`latency is ${generator.latencyKind}`, fidelityWords(generator.fidelity)];
  const said = [...(verdict.outcome === "pass" ? [] : verdict.reasons), ...generator.warnings];
  return [
    ...flow(
      [span(name, "bold"), span(`${word}  `, ink)],
      facts.map((fact) => line(fact)),
      columns,
      " · ",
    ),
    ...[...new Set(said)].flatMap((text) => prose([span("  ! ", "doubt")], foreign(text), columns)),
  ];
}

/** All that began together as one: what merging histograms gives, and no mean of percentiles. */
function wholeRows(document: SideBySide, columns: number): Line[] {
  const { whole } = document;
  if (whole === null) return [];
  const counts = [
    counted(whole.completed, "answer"),
    counted(whole.errors, "error"),
    `${count(whole.unanswered)} unanswered`,
  ];
  const latencies = KINDS.flatMap((column) => {
    const latency = whole.latencyMs[column];
    if (latency === undefined) return [];
    const { percentiles, max } = latency;
    return [stated(column, { p50: percentiles["50"], p99: percentiles["99"], max })];
  });
  const coarse = wholeFidelity(document);
  const known = coarse === undefined ? [] : [`of ${fidelityWords(coarse)}`];
  const items = [...counts, ...latencies, ...known].filter((item) => item !== "");
  return flow(
    line("all as one  ", "bold"),
    items.map((item) => line(item)),
    columns,
    " · ",
  );
}

/** Ends with a newline; no line is wider than `columns`, if they are 40 at least. */
export function sideBySideOf(document: SideBySide, { columns, color }: SideBySideOptions): string {
  const { results, failures, notRun, whole } = document;
  const width = Math.max(Math.floor(columns), NARROWEST);
  const heads = namedRuns(document).map(({ name }) => name);
  const failed = failures.flatMap(({ generator, message }) =>
    prose([span(`${headOf(generator)}: `, "bold")], foreign(message), width, "bad"),
  );
  const unrun = notRun.flatMap((name) =>
    prose([span(`${headOf(name)}: `, "bold")], DID_NOT_RUN, width, "doubt"),
  );
  const asked = whole === null ? results.slice(0, 1) : results;
  const sections = [
    asked.flatMap((result) => planSection(result, width)),
    results.length === 0 ? [] : tables(results, heads, width),
    wholeRows(document, width),
    [...results.flatMap((result, at) => wordsOf(result, heads[at], width)), ...failed, ...unrun],
    prose([], foreign(howOf(document)), width, "faint"),
  ].filter((lines) => lines.length > 0);
  return render(
    sections.flatMap((section, at) => (at === 0 ? section : [EMPTY, ...section])),
    color,
  );
}
