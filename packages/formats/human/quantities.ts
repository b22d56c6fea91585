/**
 * Quantities of a Result as text: a number, `> T` where what was not answered reaches so far, `–`
 * for too few samples, `?` for what the document does not say that the Result was made of.
 */

import { parseThreshold } from "@nightjar/core/plan/threshold.ts";
import { type Latency, PERCENTILES, type ResultQuantity } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, milliseconds, percent, rate } from "../figures.ts";

export const TOO_FEW = "–";
export const UNSAID = "?";

const MEANINGS = {
  [TOO_FEW]: "too few samples for a 95 % interval",
  [UNSAID]: "not said by the document",
} as const;

/** Why cells hold no number: each sign that stands in them, and its meaning. */
export function signsIn(cells: readonly string[]): (readonly [string, string])[] {
  return Object.entries(MEANINGS).filter(([sign]) => cells.includes(sign));
}

const MOMENTS = ["min", "mean", "stddev", "max"] as const;
type Stated = Readonly<Record<string, ResultQuantity | undefined>>;

/**
 * The quantities of a latency by their names: `mean`, `p99`. `undefined`: the document that the
 * Result was made of does not say it; `null`: there are too few samples.
 */
export function quantitiesOf(latency: Latency, { source }: Pick<ResultDocument, "source">): Stated {
  const unsaid = source === undefined || latency.count === 0 ? null : undefined;
  return Object.fromEntries([
    ...MOMENTS.map((name) => [name, latency[name] ?? unsaid]),
    ...PERCENTILES.map((name) => [`p${name}`, latency.percentiles[name]]),
  ]);
}

export function isAtLeast(quantity: ResultQuantity | undefined): quantity is { atLeast: number } {
  return typeof quantity === "object" && quantity !== null;
}

function spelled(quantity: ResultQuantity | undefined, spell: (value: number) => string): string {
  if (quantity === null) return TOO_FEW;
  if (quantity === undefined) return UNSAID;
  return isAtLeast(quantity) ? `> ${spell(quantity.atLeast)}` : spell(quantity);
}

export function latencyText(quantity: ResultQuantity | undefined): string {
  return spelled(quantity, milliseconds);
}

export function latencyWithUnit(quantity: ResultQuantity | undefined): string {
  const text = latencyText(quantity);
  return quantity === null || quantity === undefined ? text : `${text} ms`;
}

/** `tcp p50 0.172 ms, max 0.225 ms`: of the quantities those that there are. */
export function stated(
  name: string,
  quantities: Readonly<Record<string, ResultQuantity | undefined>>,
): string {
  const known = Object.entries(quantities).filter(([, quantity]) => quantity != null);
  const said = known.map(([which, quantity]) => `${which} ${latencyWithUnit(quantity)}`);
  return said.length === 0 ? "" : `${name} ${said.join(", ")}`;
}

/**
 * How the metric of a threshold spells its value. A metric of a later version is spelled as a bare
 * number.
 */
function spellingOf(expr: string): (value: number) => string {
  const { metric } = parseThreshold(expr);
  if (metric.of === "errors" || metric.of === "achieved") return percent;
  if (metric.of === "rate") return rate;
  if (metric.of === "status") return metric.unit === "share" ? percent : count;
  return (value) => `${milliseconds(value)} ms`;
}

export function thresholdValue(expr: string, quantity: ResultQuantity): string {
  let spell: (value: number) => string = String;
  try {
    spell = spellingOf(expr);
  } catch {}
  return quantity === null ? "too few samples" : spelled(quantity, spell);
}
