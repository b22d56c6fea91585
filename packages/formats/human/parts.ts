/**
 * The parts of a run, a table each, where there is more than one: stages, targets, backends; what
 * headers of the answers say; the probe beside the rest.
 */
import { formatDuration, MILLISECOND_NS, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Latency, Slice } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, rate } from "../figures.ts";
import { agentTable } from "./agents-table.ts";
import { EMPTY, foreign, type Ink, type Line } from "./line.ts";
import { latencyText } from "./quantities.ts";
import { type Column, tableOf } from "./table.ts";

function counts(
  title: string,
  rank: number,
  values: readonly number[],
  ink: Ink = "plain",
): Column {
  const inkOf = (cell: string): Ink => (cell === "0" ? "faint" : ink);
  return { title, rank, cells: values.map(count), inkOf };
}

/** `ranks`: by the name of the row of a latency table, in the order of the columns. */
function quantities(
  latencies: readonly (Latency | undefined)[],
  ranks: Readonly<Record<string, number>>,
  prefix = "",
): Column[] {
  return Object.entries(ranks).map(([name, rank]) => ({
    title: `${prefix}${name} ms`,
    rank,
    cells: latencies.map((latency) => {
      const quantity = name === "max" ? latency?.max : latency?.percentiles[name.slice(1)];
      return latencyText(quantity ?? null);
    }),
  }));
}

/** The kind of the latencies whose columns name none. */
const sliceTitle = (what: string) => `${what}, response`;

/** What became of each; its response, and where there is room what that is made of. */
function sliceColumns(slices: readonly Slice[]): Column[] {
  const of = (count: "due" | "errors" | "unanswered") => slices.map((slice) => slice[count]);
  const latency = (column: string) => slices.map(({ latencyMs }) => latencyMs[column]);
  const answered = slices.map(({ achievedPerS }) => rate(achievedPerS));
  return [
    counts("due", 1, of("due")),
    { title: "answered", rank: 6, cells: answered },
    counts("errors", 2, of("errors"), "bad"),
    counts("unanswered", 3, of("unanswered"), "bad"),
    ...quantities(latency("response"), { p50: 5, p99: 4, max: 7 }),
    ...quantities(latency("service"), { p50: 9, p99: 8 }, "service "),
    ...quantities(latency("wait"), { p99: 10 }, "wait "),
    ...quantities(latency("lag"), { p99: 11 }, "lag "),
  ];
}

/** To whole milliseconds: a run that was stopped ends anywhere. */
function lasted(durationS: number): string {
  return formatDuration(Math.round((durationS * SECOND_NS) / MILLISECOND_NS) * MILLISECOND_NS);
}

function stageName({
  ratePerS: { from, to },
  durationS,
}: ResultDocument["stages"][number]): string {
  const rates = from === to ? rate(to) : `${count(from)}..${rate(to)}`;
  return durationS === 0 ? `${rates}, not reached` : `${rates} for ${lasted(durationS)}`;
}

function stageTable({ stages }: ResultDocument, width: number): Line[] {
  if (stages.length === 0) return [];
  const names = stages.map((stage, index) => `${index + 1}  ${stageName(stage)}`);
  return tableOf({ title: sliceTitle("stages"), names, columns: sliceColumns(stages) }, width);
}

function originOf(url: string): string {
  return /^[a-z+]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? "";
}

/** Without what is the same in all of them. */
function targetNames({ targets }: ResultDocument): string[] {
  const origins = new Set(targets.map(({ url }) => originOf(url)));
  const widest = Math.max(...targets.map(({ name }) => name.length));
  return targets.map(({ name, method, url }) => {
    const place = origins.size === 1 ? url.slice(originOf(url).length) : url;
    return foreign(`${name.padEnd(widest)}  ${method} ${place === "" ? "/" : place}`);
  });
}

function targetTable(result: ResultDocument, width: number): Line[] {
  if (result.targets.length < 2) return [];
  const table = { title: sliceTitle("targets"), names: targetNames(result) };
  return tableOf({ ...table, columns: sliceColumns(result.targets) }, width);
}

/** Those with most failures and errors first, then those with most answers. */
function backendTable({ backends }: ResultDocument, width: number): Line[] {
  const all = Object.entries(backends).sort(
    ([, a], [, b]) => b.failed + b.errors - a.failed - a.errors || b.completed - a.completed,
  );
  if (all.length < 2) return [];
  const of = (name: "completed" | "errors" | "failed") => all.map(([, backend]) => backend[name]);
  const service = all.map(([, { serviceMs }]) => serviceMs);
  const columns = [
    counts("answers", 1, of("completed")),
    counts("errors", 2, of("errors"), "bad"),
    counts("failed", 3, of("failed"), "bad"),
    ...quantities(service, { p50: 4, p90: 7, p99: 5, "p99.9": 8, max: 6 }, "service "),
  ];
  const names = all.map(([address]) => foreign(address));
  return tableOf({ title: "backends", names, columns }, width);
}

interface HeaderRow {
  readonly name: string;
  readonly latency: Latency;
  /** Said once for a header. */
  readonly missing?: number;
}

/** The number of each header, and below it what is left of service without it. */
function headerRows({ recorded }: ResultDocument): HeaderRow[] {
  return Object.entries(recorded).flatMap(([name, { missing, valueMs, overheadMs }]) => {
    const row = { name: foreign(name), latency: valueMs, missing };
    const overhead = { name: "  overhead (service less it)", latency: overheadMs };
    return valueMs.count === 0 ? [row] : [row, overhead];
  });
}

function recordedTable(result: ResultDocument, width: number): Line[] {
  const rows = headerRows(result);
  if (rows.length === 0) return [];
  const latencies = rows.map(({ latency }) => latency);
  const missing = rows.map((row) => (row.missing === undefined ? "" : count(row.missing)));
  const inkOf = (cell: string): Ink => (cell === "0" ? "faint" : "doubt");
  const columns = [
    counts(
      "answers",
      1,
      latencies.map(({ count: n }) => n),
    ),
    { title: "missing", rank: 4, cells: missing, inkOf },
    ...quantities(latencies, { p50: 2, p90: 6, p99: 3, "p99.9": 7, max: 5 }),
  ];
  return tableOf({ title: "headers", names: rows.map(({ name }) => name), columns }, width);
}

function probeTable({ probe }: ResultDocument, width: number): Line[] {
  if (probe === null) return [];
  const all = Object.entries(probe.columns);
  const names = all.flatMap(([name]) => [`${name} of the probe`, `${name} of the rest`]);
  const latencies = all.flatMap(([, both]) => [both.probe, both.rest]);
  const n = latencies.map(({ count: answers }) => answers);
  const columns = [
    counts("n", 1, n),
    ...quantities(latencies, { p50: 2, p90: 3, p99: 4, "p99.9": 6, max: 5 }),
  ];
  return tableOf({ title: "probe", names: names.map(foreign), columns }, width);
}

export function partsSection(result: ResultDocument, columns: number): Line[] {
  const tables = [stageTable, targetTable, agentTable, backendTable, recordedTable, probeTable]
    .map((table) => table(result, columns))
    .filter((table) => table.length > 0);
  return tables.flatMap((table, at) => (at === 0 ? table : [EMPTY, ...table]));
}
