/**
 * What was found on the wire: status codes, errors with the first of each, connections.
 */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { adviceOn, adviceOnRedirects } from "../advice.ts";
import { bytes, count, counted, instant } from "../figures.ts";
import { planFacts } from "../plan-facts.ts";
import { flow, label, prose, words } from "./flow.ts";
import {
  cellsOf,
  clip,
  foreign,
  type Line,
  line,
  padded,
  type Span,
  span,
  widthOf,
} from "./line.ts";
import { latencyWithUnit, stated } from "./quantities.ts";

const MOST_ERRORS = 12;
/** The rest are mostly of the same cause. */
const MOST_ADVICE = 3;
/** An error's name does not push its sample off the line. */
const WIDEST_KIND = 24;
const LEAST_TEXT = 12;

/** What to do about it, under it. */
function adviceRows(advice: string | undefined, columns: number): Line[] {
  if (advice === undefined) return [];
  return prose([...label(""), span("» ", "faint")], advice, columns, "faint");
}

function statusRows({ statusCodes }: ResultDocument, columns: number): Line[] {
  const codes = Object.entries(statusCodes);
  if (codes.length === 0) return [];
  const items = codes.map(([code, n]) => [
    span(`${foreign(code)} `, Number(code) < 400 ? "good" : "bad"),
    span(count(n)),
  ]);
  const rows = flow(label("status"), items, columns, "   ");
  return [...rows, ...adviceRows(adviceOnRedirects(statusCodes), columns)];
}

/** When it was seen first, if that is known, and what it was, unless its name says as much. */
function firstOf(kind: string, first: ResultDocument["errorSamples"][string] | undefined): string {
  if (first === undefined) return "";
  const { atS, sample } = first;
  const name = kind.replaceAll("-", " ");
  const isSaid = sample === name || (/^status \d+$/.test(name) && sample.endsWith(name));
  const when = atS === null ? "" : `first at ${instant(atS)}`;
  return [when, isSaid ? "" : foreign(sample)].filter((part) => part !== "").join(": ");
}

function errorRows({ errors, errorSamples }: ResultDocument, columns: number): Line[] {
  const kinds = Object.entries(errors).sort(([, a], [, b]) => b - a);
  const shown = kinds.slice(0, MOST_ERRORS);
  const width = Math.min(Math.max(...shown.map(([kind]) => cellsOf(foreign(kind)))), WIDEST_KIND);
  const digits = Math.max(...shown.map(([, n]) => count(n).length));
  const rows = shown.flatMap(([kind, n], at) => {
    const text = firstOf(kind, errorSamples[kind]);
    const name = padded(line(foreign(kind), "bad"), width);
    const head = [...label(at === 0 ? "errors" : ""), ...name];
    const number = span(`  ${count(n).padStart(digits)}  `);
    const advice = at < MOST_ADVICE ? adviceOn(kind, errorSamples[kind]?.sample) : undefined;
    return [...errorRow(head, number, words(text), columns), ...adviceRows(advice, columns)];
  });
  const more = kinds.length - shown.length;
  return more > 0 ? [...rows, [...label(""), span(`and ${count(more)} kinds more`)]] : rows;
}

/** What it was stands behind its number, or below where there is no room for it. */
function errorRow(head: Line, number: Span, text: Line[], columns: number): Line[] {
  const whole = [...head, number];
  if (columns - widthOf(whole) >= LEAST_TEXT) return flow(whole, text, columns);
  const room = columns - widthOf([number]);
  return [[...clip(head, room), number], ...flow(label(""), text, columns)];
}

/** What the generator does not say has no item. */
function known(n: number | null, item: (n: number) => Line): Line[] {
  return n === null ? [] : [item(n)];
}

function connectionRows(result: ResultDocument, columns: number): Line[] {
  const { connections, bytes: wire } = result;
  const { opened, reused, resumed, closedByServer, failed } = connections;
  const items = [
    ...known(opened, (n) => line(`${count(n)} opened`)),
    ...known(resumed || null, (n) => line(`${counted(n, "session")} of TLS resumed`)),
    ...known(reused, (n) => line(`${count(n)} times reused`)),
    ...known(closedByServer, (n) =>
      line(`${count(n)} closed by the server`, n > 0 ? "plain" : "faint"),
    ),
    ...known(failed, (n) => line(`${count(n)} failed`, n > 0 ? "bad" : "faint")),
    ...known(wire.sent, (n) => line(`${bytes(n)} sent`)),
    ...known(wire.received, (n) => line(`${bytes(n)} received`)),
  ];
  if (items.length === 0) return [];
  if (planFacts(result).warmupS > 0) items.push(line("warm-up included", "faint"));
  return flow(label("connections"), items, columns, " · ");
}

/** What it took to open a connection, the parts of the table's `connect`. */
function openingRows({ latencyMs, lookupMs }: ResultDocument, columns: number): Line[] {
  const items = (["tcp", "tls"] as const).flatMap((part) => {
    const latency = latencyMs[part];
    if (latency === undefined || latency.count === 0) return [];
    return [line(stated(part, { p50: latency.percentiles["50"], max: latency.max }))];
  });
  if (lookupMs !== null && lookupMs > 0) items.unshift(line(`name ${latencyWithUnit(lookupMs)}`));
  return items.length === 0 ? [] : flow(label("opening"), items, columns, " · ");
}

export function findingsSection(result: ResultDocument, columns: number): Line[] {
  return [
    ...statusRows(result, columns),
    ...(Object.keys(result.errors).length === 0 ? [] : errorRows(result, columns)),
    ...connectionRows(result, columns),
    ...openingRows(result, columns),
  ];
}
