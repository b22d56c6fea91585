/**
 * The live block: a few lines that a terminal redraws in place while a run goes on.
 *
 *     measured     ████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  12s of 1m · 48s left
 *     rate         2,000/s offered · 1,998/s answered
 *     response     p50 1.21 ms · p99 8.40 ms · max 31.0 ms
 *     response p99 ▂▂▃▂▂▂▅▂▂▂▂▂  peak 12.1 ms
 *     errors       12 in all · 9 timeout · 3 status-503
 *     open         17 in flight · 0 in backlog
 */
import { formatDuration, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { count, milliseconds, rate } from "../figures.ts";
import { label } from "../human/flow.ts";
import { clip, foreign, type Line, line, render, span, widthOf } from "../human/line.ts";
import { latencyWithUnit } from "../human/quantities.ts";
import { largest, spark } from "../human/sparkline.ts";
import { liveLine } from "./live-line.ts";
import type { LiveSecond, LiveView } from "./live-view.ts";

/** A narrower terminal, or a lower one, gets a single line. */
export const NARROWEST_BLOCK = 40;
export const LOWEST_BLOCK = 8;

const WIDEST_BAR = 100;
const NARROWEST_BAR = 5;
/** `59m59s of 1h · 59m59s left`: while the words grow and shrink the bar stays as long. */
const CLOCK_CELLS = 26;
const MOST_KINDS = 4;
const SEPARATOR = " · ";
/** Of what is offered; with less answered, the target falls behind. */
const KEEPING_UP = 0.95;

export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}

/** A row of its name and items; of these only whole ones, as many as fit. */
export function rowOf(name: string, items: readonly Line[], columns: number): Line {
  let row: Line = [...label(name), ...items[0]];
  for (const item of items.slice(1)) {
    const longer = [...row, span(SEPARATOR, "faint"), ...item];
    if (widthOf(longer) > columns) break;
    row = longer;
  }
  return row;
}

function wholeSeconds(s: number): string {
  return formatDuration(s * SECOND_NS);
}

function clockText({ elapsedS, totalS, leftS, stage, phase }: LiveView): string {
  const elapsed = wholeSeconds(Math.floor(elapsedS));
  const of = totalS === null ? "" : ` of ${wholeSeconds(Math.ceil(totalS))}`;
  const facts = [`${elapsed}${of}`];
  if (phase !== "ending" && leftS !== null) facts.push(`${wholeSeconds(Math.ceil(leftS))} left`);
  if (stage !== null) facts.push(`stage ${stage.number} of ${stage.of}`);
  return facts.join(SEPARATOR);
}

/** The bar takes what the words leave. */
function progressRow(view: LiveView, columns: number): Line {
  const clock = clockText(view);
  const lead = label(view.phase);
  const words = Math.max(clock.length, CLOCK_CELLS) + 2;
  const room = Math.min(columns - widthOf(lead) - words, WIDEST_BAR);
  if (view.done === null || room < NARROWEST_BAR) return [...lead, span(clock)];
  const full = Math.floor(Math.min(Math.max(view.done, 0), 1) * room);
  return [
    ...lead,
    span("█".repeat(full), "good"),
    span("░".repeat(room - full), "faint"),
    span(`  ${clock}`),
  ];
}

function rateItems({ offeredPerS, answeredPerS }: LiveSecond): Line[] {
  const behind = offeredPerS !== null && answeredPerS < offeredPerS * KEEPING_UP;
  const answered = line(`${rate(answeredPerS)} answered`, behind ? "doubt" : "bold");
  return offeredPerS === null ? [answered] : [line(`${rate(offeredPerS)} offered`), answered];
}

function rateRow({ second }: LiveView, columns: number): Line {
  const items = second === null ? [line("no second is complete yet", "faint")] : rateItems(second);
  return rowOf("rate", items, columns);
}

/** Under the name of its kind. */
function latencyRow({ kind, latencyMs: { p50, p99, max } }: LiveView, columns: number): Line {
  if (kind === null) return rowOf("latency", [line("of unlike kinds", "faint")], columns);
  const named = Object.entries({ p50, p99, max });
  const items = named.map(([name, quantity]) => line(`${name} ${latencyWithUnit(quantity)}`));
  return rowOf(kind, items, columns);
}

/** The last seconds that fit, under the name of their kind. */
function courseRow({ course, kind }: LiveView, columns: number): Line {
  if (kind === null) return rowOf(course.name, [line("–", "faint")], columns);
  const lead = label(`${kind} ${course.name}`);
  const peakOf = (ms: number) => `  peak ${milliseconds(ms)} ms`;
  const room = columns - widthOf(lead) - peakOf(largest(course.ms) ?? 0).length;
  const shown = course.ms.slice(-Math.max(room, 1));
  const peak = largest(shown);
  if (peak === null) return [...lead, span("–", "faint")];
  return [...lead, span(spark(shown)), span(peakOf(peak), "faint")];
}

/** By kind, the most frequent first; the number of all where they do not fit. */
function errorRow({ errors, errorKinds }: LiveView, columns: number): Line {
  if (errors === 0) return rowOf("errors", [line("none", "faint")], columns);
  const kinds = errorKinds.slice(0, MOST_KINDS);
  const items = kinds.map(([kind, n]) => line(`${count(n)} ${foreign(kind)}`, "bad"));
  if (errorKinds.length > 1) items.unshift(line(`${count(errors)} in all`, "bad"));
  return rowOf("errors", items, columns);
}

function openRow({ inFlight, backlog, dropped }: LiveView, columns: number): Line {
  const items = [
    line(`${count(inFlight)} in flight`),
    line(`${count(backlog)} in backlog`, backlog === 0 ? "faint" : "doubt"),
  ];
  if (dropped > 0) items.push(line(`${count(dropped)} dropped`, "bad"));
  return rowOf("open", items, columns);
}

export function rowsOf(view: LiveView, columns: number): Line[] {
  return [
    progressRow(view, columns),
    rateRow(view, columns),
    latencyRow(view, columns),
    courseRow(view, columns),
    errorRow(view, columns),
    openRow(view, columns),
  ];
}

/** Lines without their ends, none wider than `columns`. */
export function drawn(lines: readonly Line[], { columns, color }: Canvas): string[] {
  const clipped = lines.map((of) => clip(of, columns));
  return render(clipped, color).split("\n").slice(0, -1);
}

export function hasRoom({ columns, rows }: Canvas): boolean {
  return columns >= NARROWEST_BLOCK && rows >= LOWEST_BLOCK;
}

/** Lines without their ends; none is wider than `columns`, nor are there more than `rows`. */
export function liveBlock(view: LiveView, canvas: Canvas): string[] {
  const isOne = !hasRoom(canvas);
  return drawn(isOne ? [line(liveLine(view).trim())] : rowsOf(view, canvas.columns), canvas);
}
