/**
 * Several plans under way together: the whole as one run is shown, and a row for each client.
 *
 *     measured     ████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  12s of 1m · 48s left
 *     rate         2,000/s offered · 1,998/s answered
 *     …
 *     open         17 in flight · 0 in backlog
 *     client 1     1,200/s of 1,200/s · response p50 1.21 ms · p99 8.40 ms · 0 errors
 *     client 2               draining · response p50 1.30 ms · p99 9.10 ms · 3 errors
 */
import { count, counted, rate } from "../figures.ts";
import { type Ink, type Line, line } from "../human/line.ts";
import { latencyWithUnit } from "../human/quantities.ts";
import { type Canvas, drawn, hasRoom, LOWEST_BLOCK, rowsOf } from "./live-block.ts";
import { liveLine } from "./live-line.ts";
import { alignedRows, fitting, shortName } from "./live-rows.ts";
import type { LiveClient, LiveSeveral, LiveView } from "./live-view.ts";

/** Of a log: more lines every two seconds nobody reads. */
const MOST_LINES = 8;
/** Its rate; of one that is elsewhere than the whole, where it is. */
function rateCell({ isOver, view }: LiveClient, whole: LiveView): string {
  if (isOver) return "over";
  if (view.phase !== whole.phase) return view.phase;
  if (view.second === null) return "";
  const { offeredPerS, answeredPerS } = view.second;
  return offeredPerS === null
    ? rate(answeredPerS)
    : `${rate(answeredPerS)} of ${rate(offeredPerS)}`;
}

function cellsOf(client: LiveClient, whole: LiveView): string[] {
  const { kind, latencyMs, errors, dropped } = client.view;
  return [
    rateCell(client, whole),
    `${kind} p50 ${latencyWithUnit(latencyMs.p50)}`,
    `p99 ${latencyWithUnit(latencyMs.p99)}`,
    counted(errors, "error"),
    dropped === 0 ? "" : `${count(dropped)} dropped`,
  ];
}

function inkOf({ isOver, view }: LiveClient): Ink {
  if (isOver) return "faint";
  return view.errors > 0 || view.dropped > 0 ? "bad" : "plain";
}

function clientRows({ whole, clients }: LiveSeveral, columns: number): Line[] {
  const rows = clients.map((client) => ({
    name: client.name,
    cells: cellsOf(client, whole),
    ink: inkOf(client),
  }));
  return alignedRows(rows, columns);
}

/** As `liveBlock`: none is wider than `columns`, nor are there more than `rows`. */
export function severalBlock(several: LiveSeveral, canvas: Canvas): string[] {
  const { columns, rows } = canvas;
  if (!hasRoom(canvas)) return drawn([line(liveLine(several.whole).trim())], canvas);
  const whole = rowsOf(several.whole, columns);
  const most = rows - LOWEST_BLOCK;
  const clients = most < 1 ? [] : fitting(clientRows(several, columns), most);
  return drawn([...whole, ...clients], canvas);
}

/** The whole, then each client, for terminals that cannot draw and for logs. */
export function severalLines({ whole, clients }: LiveSeveral): string[] {
  const shown = clients.slice(0, clients.length > MOST_LINES ? MOST_LINES - 1 : MOST_LINES);
  const rest = clients.length - shown.length;
  const rows = shown.map((client) => {
    const { view, isOver } = client;
    const said = isOver ? `${liveLine({ ...view, phase: "measured" })}   over` : liveLine(view);
    return `    ${shortName(client.name)}${said}`;
  });
  return [liveLine(whole), ...rows, ...(rest > 0 ? [`    and ${count(rest)} more`] : [])];
}
