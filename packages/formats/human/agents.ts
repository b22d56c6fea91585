/** The agents of a fleet that are there: what each has to send load with, and what it does now. */
import { count, rate } from "../figures.ts";
import { cellsOf, clip, foreign, type Ink, type Line, line, padded, render, span } from "./line.ts";

export interface KnownAgent {
  readonly name: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly host: string;
  readonly cores: number;
  /** Cores that may be used; `null`: all. */
  readonly cpuQuota: number | null;
  readonly memoryMb: number;
  /** More than this it does not send; `null`: whatever it is asked for. */
  readonly maxRatePerS: number | null;
  readonly state:
    | { readonly is: "idle" | "leaving" }
    | { readonly is: "busy"; readonly runId: string; readonly coordinator: string };
}

interface Column {
  readonly title: string;
  /** Those with the lowest ones stay where not all have room. */
  readonly rank: number;
  readonly isNumber?: boolean;
  readonly cellOf: (agent: KnownAgent) => string;
}

const NARROWEST = 40;
const GAP = "  ";
/** So much of the last column is kept before another goes. */
const LEAST_LAST = 20;

/** The state comes last: it is as long as it likes. */
const COLUMNS: readonly Column[] = [
  { title: "agent", rank: 0, cellOf: ({ name }) => foreign(name) },
  { title: "cores", rank: 2, isNumber: true, cellOf: coresText },
  { title: "memory", rank: 4, isNumber: true, cellOf: ({ memoryMb }) => `${count(memoryMb)} MB` },
  { title: "at most", rank: 3, isNumber: true, cellOf: maxRateText },
  { title: "labels", rank: 2.5, cellOf: labelsText },
  { title: "host", rank: 5, cellOf: ({ host }) => foreign(host) },
  { title: "version", rank: 6, cellOf: ({ version }) => foreign(version) },
  { title: "state", rank: 1, cellOf: stateText },
];

const LAST = COLUMNS[COLUMNS.length - 1];

function coresText({ cores, cpuQuota }: KnownAgent): string {
  return cpuQuota === null ? count(cores) : `${cpuQuota} of ${count(cores)}`;
}

function maxRateText({ maxRatePerS }: KnownAgent): string {
  return maxRatePerS === null ? "" : rate(maxRatePerS);
}

function labelsText({ labels }: KnownAgent): string {
  return foreign(
    Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(" "),
  );
}

function stateText({ state }: KnownAgent): string {
  if (state.is !== "busy") return state.is;
  return foreign(`busy with run ${state.runId} of ${state.coordinator}`);
}

function inkOf({ state }: KnownAgent, title: string): Ink {
  if (title === "agent") return "bold";
  return title === "state" && state.is === "idle" ? "good" : "plain";
}

function widthOf(column: Column, all: readonly KnownAgent[]): number {
  return Math.max(cellsOf(column.title), ...all.map((agent) => cellsOf(column.cellOf(agent))));
}

/** Columns that nobody fills are left out, and from the last rank on those without room. */
function shown(all: readonly KnownAgent[], columns: number): Column[] {
  const filled = COLUMNS.filter((one) => all.some((agent) => one.cellOf(agent) !== ""));
  let used = 0;
  const kept = [...filled]
    .sort((a, b) => a.rank - b.rank)
    .filter((column) => {
      const whole = widthOf(column, all);
      const width = GAP.length + (column === LAST ? Math.min(whole, LEAST_LAST) : whole);
      if (column.rank > 1 && used + width > columns) return false;
      used += width;
      return true;
    });
  return filled.filter((column) => kept.includes(column));
}

/** Ends with a newline; no line is wider than `columns`, if they are 40 at least. */
export function agentsText(
  agents: readonly KnownAgent[],
  { columns, color }: { readonly columns: number; readonly color: boolean },
): string {
  const width = Math.max(Math.floor(columns), NARROWEST);
  const table = shown(agents, width).map((column) => ({ column, width: widthOf(column, agents) }));
  const row = (textOf: (column: Column) => string, ink: (title: string) => Ink): Line =>
    table.flatMap(({ column, width: cells }, at) => {
      const text = textOf(column);
      const own = line(text, ink(column.title));
      if (column === LAST) return [span(GAP), ...own];
      const before = column.isNumber ? " ".repeat(cells - cellsOf(text)) : "";
      return [span(at === 0 ? "" : GAP), ...padded([span(before), ...own], cells)];
    });
  const head = row(
    ({ title }) => title,
    () => "faint",
  );
  const rows = agents.map((agent) =>
    row(
      ({ cellOf }) => cellOf(agent),
      (title) => inkOf(agent, title),
    ),
  );
  return render(
    [head, ...rows].map((one) => clip(one, width)),
    color,
  );
}
