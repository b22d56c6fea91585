/** Sparklines: the run second by second, from zero, so that a flat line is a steady run. */
import type { ResultQuantity } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, milliseconds, rate } from "../figures.ts";
import { planFacts } from "../plan-facts.ts";
import { label, prose } from "./flow.ts";
import { type Line, span } from "./line.ts";

const BARS = "▁▂▃▄▅▆▇█";
const NO_VALUE = "·";
const MOST_MARKS = 120;

type Row = ResultDocument["series"][number];
type Value = number | null;

/** One mark for each `size` seconds. */
function grouped(rows: readonly Row[], size: number): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const at = Math.floor((row.atS - rows[0].atS) / size);
    while (groups.length <= at) groups.push([]);
    groups[at].push(row);
  }
  return groups;
}

/** Where only a bound is known, the bound is drawn. */
function drawn(quantity: ResultQuantity): Value {
  return typeof quantity === "object" && quantity !== null ? quantity.atLeast : quantity;
}

export function largest(values: readonly Value[]): Value {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

export function spark(values: readonly Value[]): string {
  const top = largest(values) ?? 0;
  return values.map((value) => (value === null ? NO_VALUE : bar(value, top))).join("");
}

function bar(value: number, top: number): string {
  if (value <= 0) return " ";
  const level = Math.ceil((value / top) * BARS.length) - 1;
  return BARS[Math.min(Math.max(level, 0), BARS.length - 1)];
}

interface Track {
  readonly name: string;
  readonly values: readonly Value[];
  readonly spell: (value: number) => string;
}

/**
 * Percentiles of single seconds need samples; where most seconds have too few, their maximum is
 * drawn. Under the name of its kind.
 */
function latencyTrack(groups: readonly Row[][], kind: string): Track {
  const p99 = groups.map((rows) => largest(rows.map((row) => drawn(row.p99))));
  const known = p99.filter((value) => value !== null).length;
  const spell = (value: number) => `${milliseconds(value)} ms`;
  if (known * 2 >= groups.length) return { name: `${kind} p99`, values: p99, spell };
  const max = groups.map((rows) => largest(rows.map((row) => drawn(row.max))));
  return { name: `${kind} max`, values: max, spell };
}

function sum(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

/** Of each group, by its own length: the last may be shorter. */
function rateTrack(name: string, groups: readonly Row[][], of: (row: Row) => number): Track {
  const values = groups.map((rows) => {
    const lengthS = sum(rows, ({ overS }) => overS);
    return lengthS === 0 ? null : sum(rows, of) / lengthS;
  });
  return { name, values, spell: rate };
}

function tracksOf(groups: readonly Row[][], kind: string): Track[] {
  const tracks = [
    rateTrack("answered/s", groups, ({ ratePerS, overS }) => ratePerS * overS),
    latencyTrack(groups, kind),
    rateTrack("errors/s", groups, ({ errors }) => errors),
  ];
  return tracks.filter(({ values }) => (largest(values) ?? 0) > 0);
}

function peak({ values, spell }: Track): string {
  return `  peak ${spell(largest(values) ?? 0)}`;
}

export function seriesSection(result: ResultDocument, columns: number): Line[] {
  const { generator, series } = result;
  const { warmup } = planFacts(result);
  if (series.length < 2) return [];
  const lead = label("");
  const room = Math.max(columns - lead[0].text.length - "  peak 1,000,000 ms".length, 10);
  const last = series[series.length - 1];
  const lengthS = last.atS + last.overS - series[0].atS;
  const size = Math.ceil(lengthS / Math.min(room, MOST_MARKS));
  const tracks = tracksOf(grouped(series, size), generator.latencyKind);
  const rows = tracks.map(
    (track): Line => [
      ...label(track.name),
      span(spark(track.values), track.name === "errors/s" ? "bad" : "plain"),
      span(peak(track), "faint"),
    ],
  );
  const each = size === 1 ? "each second" : `each mark ${count(size)} s`;
  const first = warmup === "" ? "" : `, the first ${warmup} are warm-up`;
  const note = `${each} of ${count(lengthS)}${first}; by the time of the answer`;
  return rows.length === 0 ? [] : [...rows, ...prose(label(""), note, columns, "faint")];
}
