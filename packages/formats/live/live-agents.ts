/**
 * A run over a fleet under way: the whole as one run is shown, and a row for each agent, by its
 * last second, the one that fares worst first.
 *
 *     measured     ████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  12s of 1m · 48s left
 *     …
 *     open         17 in flight · 0 in backlog
 *     rome            lost
 *     berlin      1,000/s · p99 8.40 ms · lag p99 0.012 ms · clock 0.1 ± 0.4 ms
 *     and 6 more
 */
import { counted, milliseconds, rate } from "../figures.ts";
import { type Ink, type Line, line } from "../human/line.ts";
import { latencyWithUnit } from "../human/quantities.ts";
import { type Canvas, drawn, hasRoom, LOWEST_BLOCK, rowsOf } from "./live-block.ts";
import { liveLine } from "./live-line.ts";
import { alignedRows, fitting } from "./live-rows.ts";
import type { LiveAgent, LiveView } from "./live-view.ts";

const INKS: Readonly<Record<LiveAgent["state"], Ink>> = {
  waiting: "faint",
  running: "plain",
  sick: "doubt",
  lost: "bad",
  over: "faint",
};

/** Its state, where that is another than sending; else its rate. */
function rateCell({ state, answeredPerS }: LiveAgent): string {
  if (state === "lost" || state === "over") return state;
  const known = answeredPerS === null ? "" : rate(answeredPerS);
  return state === "running" && known !== "" ? known : [state, known].filter(Boolean).join(" ");
}

function tailCell({ p99, max }: LiveAgent): string {
  if (p99 !== null) return `p99 ${latencyWithUnit(p99)}`;
  return max === null ? "" : `max ${latencyWithUnit(max)}`;
}

function clockCell({ clock }: LiveAgent): string {
  if (clock === null) return "";
  return `clock ${milliseconds(clock.errorMs)} ± ${milliseconds(clock.boundMs)} ms`;
}

function cellsOf(agent: LiveAgent): string[] {
  const isGone = agent.state === "lost" || agent.state === "over";
  const lag = agent.lagP99 === null ? "" : `lag p99 ${latencyWithUnit(agent.lagP99)}`;
  const figures = [tailCell(agent), lag, clockCell(agent)];
  return [rateCell(agent), ...(isGone ? figures.map(() => "") : figures)];
}

/** What is blank at the end of a row says nothing. */
function agentRows(agents: readonly LiveAgent[], columns: number): Line[] {
  const rows = agents.map((agent) => ({
    name: agent.name,
    cells: cellsOf(agent),
    ink: INKS[agent.state],
  }));
  return alignedRows(rows, columns);
}

const RANKS: Readonly<Record<LiveAgent["state"], number>> = {
  ...{ lost: 0, sick: 1, running: 2, waiting: 3, over: 4 },
};

function size(quantity: LiveAgent["p99"]): number {
  if (quantity === null) return -1;
  return typeof quantity === "number" ? quantity : quantity.atLeast;
}

/** The one that fares worst first. */
export function worstFirst(agents: readonly LiveAgent[]): LiveAgent[] {
  return [...agents].sort(
    (a, b) =>
      RANKS[a.state] - RANKS[b.state] ||
      size(b.p99 ?? b.max) - size(a.p99 ?? a.max) ||
      (a.name < b.name ? -1 : 1),
  );
}

/** As `liveBlock`: none is wider than `columns`, nor are there more than `rows`. */
export function agentsBlock(
  whole: LiveView,
  agents: readonly LiveAgent[],
  canvas: Canvas,
): string[] {
  const { columns, rows } = canvas;
  if (!hasRoom(canvas)) return drawn([line(agentsLine(whole, agents).trim())], canvas);
  const most = rows - LOWEST_BLOCK;
  const own = most < 1 ? [] : fitting(agentRows(worstFirst(agents), columns), most);
  return drawn([...rowsOf(whole, columns), ...own], canvas);
}

/** The whole, and how many agents are not well: for terminals that cannot draw, and for logs. */
export function agentsLine(whole: LiveView, agents: readonly LiveAgent[]): string {
  const ill = (["lost", "sick"] as const).flatMap((state) => {
    const n = agents.filter((agent) => agent.state === state).length;
    return n === 0 ? [] : [`${counted(n, "agent")} ${state}`];
  });
  return [liveLine(whole), ...ill].join("   ");
}
