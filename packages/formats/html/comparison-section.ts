/** Several runs beside each other: what each gave, then a table for each kind of latency. */
import { MOST_SPECTRA } from "@nightjar/charts/spectra.ts";
import { RUN_INKS } from "@nightjar/charts/theme.ts";
import type { Fidelity } from "@nightjar/core/record/fidelity.ts";
import { type Latency, PERCENTILES, type Result } from "@nightjar/core/result/result.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { count, percent } from "../figures.ts";
import { fidelityOf } from "../human/latency-table.ts";
import { isAtLeast, latencyText, TOO_FEW } from "../human/quantities.ts";
import {
  fidelityWords,
  KIND_MEANING,
  type Kind,
  kindsOf,
  measuredOf,
  type NamedRun,
  namedRuns,
  nounOf,
  wholeFidelity,
} from "../side-by-side/runs.ts";
import { html, type Markup, NOTHING, type Piece, trusted } from "./markup.ts";
import { idOf } from "./run-sections.ts";
import { badAboveZero, type Column, section, tableOf } from "./table.ts";
import { OUTCOMES } from "./verdict-section.ts";

const ALL_AS_ONE = "all as one";

/** With its colour in the pictures, if it is there; leads to its report. */
function nameOf({ name }: NamedRun, at: number): Piece {
  const ink = trusted(RUN_INKS[at % RUN_INKS.length]);
  const key = at < MOST_SPECTRA ? html`<span class="key nj-key-${ink}"></span>` : NOTHING;
  return html`${key}<a href="#${trusted(idOf(at))}">${name}</a>`;
}

function wordOf({ verdict }: Result): string {
  return OUTCOMES[verdict.outcome].word;
}

const INKS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(OUTCOMES).map(({ word, ink }) => [word, ink]),
);

function knownBy({ kind, relativeError }: Fidelity): string {
  return kind === "histogram" || relativeError === null
    ? kind
    : `${kind}, to ${percent(relativeError)}`;
}

/** 4016.13 → `4,016.1`. */
function tenths(n: number): string {
  const [whole, fraction] = n.toFixed(1).split(".");
  return `${count(Number(whole))}.${fraction}`;
}

/** `whole`: the cell of all as one, if there is such a row. */
function numbers(
  title: string,
  cells: readonly string[],
  whole: string | undefined,
  rest: Partial<Column> = {},
): Column {
  return { title, cells: whole === undefined ? cells : [...cells, whole], ...rest };
}

function countColumns(document: SideBySide): Column[] {
  const { results, whole } = document;
  const opened = results.map(({ connections }) => connections.opened);
  const openedAll = opened.reduce((sum, n) => (sum === null || n === null ? null : sum + n), 0);
  const known = (n: number | null) => (n === null ? TOO_FEW : count(n));
  const of = (n: number | undefined) => (n === undefined ? undefined : count(n));
  const blank = whole === null ? undefined : "";
  const cells = (spell: (result: Result) => string) => results.map(spell);
  const { completed, errors, unanswered } = whole ?? {};
  const coarse = wholeFidelity(document);
  return [
    numbers("verdict", cells(wordOf), blank, { isText: true, inkOf: (cell) => INKS[cell] ?? "" }),
    numbers(
      "answers",
      cells(({ achieved }) => count(achieved.requests)),
      of(completed),
    ),
    numbers(
      "answers /s",
      cells(({ achieved }) => tenths(achieved.ratePerS)),
      blank,
    ),
    numbers(
      "errors",
      cells(({ populations }) => count(populations.error)),
      of(errors),
      { inkOf: badAboveZero },
    ),
    numbers(
      "unanswered",
      cells(({ populations }) => count(populations.unanswered)),
      of(unanswered),
      { inkOf: badAboveZero },
    ),
    numbers("connections", opened.map(known), whole === null ? undefined : known(openedAll)),
    numbers(
      "its latency is",
      cells(({ generator }) => generator.latencyKind),
      blank,
      { isText: true },
    ),
    numbers(
      "known by",
      cells(({ generator }) => knownBy(generator.fidelity)),
      coarse === undefined ? blank : knownBy(coarse),
      { isText: true },
    ),
  ];
}

const COLUMNS: readonly (readonly [string, (latency: Latency) => string])[] = [
  ["n", ({ count: n }) => count(n)],
  ["mean", ({ mean }) => latencyText(mean)],
  ...PERCENTILES.map(
    (name) => [`p${name}`, ({ percentiles }: Latency) => latencyText(percentiles[name])] as const,
  ),
  ["max", ({ max }) => latencyText(max)],
];

interface Measured {
  readonly name: Piece;
  readonly latency: Latency;
}

function measuredRows(document: SideBySide, runs: readonly NamedRun[], kind: Kind): Measured[] {
  const rows = runs.flatMap((run, at): Measured[] => {
    const latency = measuredOf(run.result, kind);
    return latency === undefined ? [] : [{ name: nameOf(run, at), latency }];
  });
  const whole = document.whole?.latencyMs[kind];
  return whole === undefined
    ? rows
    : [...rows, { name: html`<b>${ALL_AS_ONE}</b>`, latency: whole }];
}

/** Names of those that do not measure it, of a few. */
function silentOf(runs: readonly NamedRun[], kind: Kind): string {
  const names = runs.flatMap(({ name, result }) => (measuredOf(result, kind) ? [] : [name]));
  if (names.length === 0) return "";
  const who = names.length > 4 ? `${count(names.length)} of them` : names.join(", ");
  return `; not measured by ${who}`;
}

function latencyTable(document: SideBySide, runs: readonly NamedRun[], kind: Kind): Markup {
  const rows = measuredRows(document, runs, kind);
  const table = tableOf({
    caption: `${kind} latency in milliseconds`,
    isNamed: true,
    title: nounOf(document),
    names: rows.map(({ name }) => name),
    columns: COLUMNS.map(([title, spell]) => ({
      ...{ title, cells: rows.map(({ latency }) => spell(latency)) },
      isStrong: title === "p99",
    })),
  });
  const said = `${KIND_MEANING[kind]}${silentOf(runs, kind)}`;
  return html`<h3>${kind} latency, ms <small>${said}</small></h3>\n${table}`;
}

function legend(document: SideBySide, runs: readonly NamedRun[]): Markup {
  const latencies = kindsOf(runs).flatMap((kind) =>
    measuredRows(document, runs, kind).map(({ latency }) => latency),
  );
  const quantities = latencies.flatMap(({ max, percentiles }) => [
    max,
    ...Object.values(percentiles),
  ]);
  const said: string[] = [];
  if (quantities.some(isAtLeast)) said.push(">: at least; not answered, and surely longer");
  if (quantities.includes(null)) said.push(`${TOO_FEW}: too few samples for a 95 % interval`);
  for (const { name, result } of runs) {
    said.push(...fidelityOf(result).map((text) => `${name}: ${text}`));
  }
  const coarse = wholeFidelity(document);
  if (coarse !== undefined) said.push(`${ALL_AS_ONE}: of ${fidelityWords(coarse)}`);
  return said.length === 0 ? NOTHING : html`<p class="caption">${said.join("; ")}.</p>\n`;
}

export function comparisonSection(document: SideBySide): Markup {
  const runs = namedRuns(document);
  const names = runs.map(nameOf);
  const { whole } = document;
  const counts = tableOf({
    caption: "what each gave in its measured part",
    isNamed: true,
    title: nounOf(document),
    names: whole === null ? names : [...names, html`<b>${ALL_AS_ONE}</b>`],
    columns: countColumns(document),
  });
  const latencies = kindsOf(runs).map((kind) => latencyTable(document, runs, kind));
  return section("comparison", "Side by side", [counts, ...latencies, legend(document, runs)]);
}
