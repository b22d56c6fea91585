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
import { clip, foreign, type Ink, type Line, line, span } from "../human/line.ts";
import { latencyWithUnit } from "../human/quantities.ts";
import { type Canvas, drawn, hasRoom, LOWEST_BLOCK, rowOf, rowsOf } from "./live-block.ts";
import { liveLine } from "./live-line.ts";
import type { LiveClient, LiveSeveral, LiveView } from "./live-view.ts";

/** Of a log: more lines every two seconds nobody reads. */
const MOST_LINES = 8;
/** As wide as the names of the other rows, and a space. */
const NAME_CELLS = 12;

function nameOf({ name }: LiveClient): string {
  return clip(line(foreign(name)), NAME_CELLS)
    .map(({ text }) => text)
    .join("");
}

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

/** Cells of one kind below one another; those that nobody has are left out. */
function clientRows({ whole, clients }: LiveSeveral, columns: number): Line[] {
  const cells = clients.map((client) => cellsOf(client, whole));
  const widths = cells[0].map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  return clients.map((client, row) => {
    const items = cells[row].flatMap((cell, at) =>
      widths[at] === 0 ? [] : [[span(cell.padStart(widths[at]), inkOf(client))]],
    );
    return rowOf(nameOf(client), items, columns);
  });
}

/** As many as fit; of the others how many they are. */
function fitting(rows: readonly Line[], most: number): readonly Line[] {
  if (rows.length <= most) return rows;
  const shown = rows.slice(0, Math.max(most - 1, 0));
  return [
    ...shown,
    rowOf("", [line(`and ${count(rows.length - shown.length)} more`, "faint")], 40),
  ];
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
    return `    ${nameOf(client)}${said}`;
  });
  return [liveLine(whole), ...rows, ...(rest > 0 ? [`    and ${count(rest)} more`] : [])];
}
