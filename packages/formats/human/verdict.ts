/**
 * The verdict: PASS, FAIL or INCONCLUSIVE, why, the condition that ended the run, and each
 * threshold with its value.
 */
import type { JudgedThreshold } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, seconds } from "../figures.ts";
import { flow, prose, words } from "./flow.ts";
import { cellsOf, foreign, type Ink, type Line, line, span } from "./line.ts";
import { thresholdValue } from "./quantities.ts";

const SHOWN = {
  pass: { word: "PASS", ink: "good" },
  fail: { word: "FAIL", ink: "bad" },
  inconclusive: { word: "INCONCLUSIVE", ink: "doubt" },
} as const;

const MARKS = { true: ["✓", "good"], false: ["✗", "bad"], null: ["–", "doubt"] } as const;

/** What the thresholds came to. */
function thresholdsLine(thresholds: readonly JudgedThreshold[]): string {
  const all = thresholds.length;
  if (all === 0) return "no thresholds to judge";
  const noun = all === 1 ? "threshold" : "thresholds";
  const not = thresholds.filter(({ ok }) => ok === false).length;
  const unjudged = thresholds.filter(({ ok }) => ok === null).length;
  if (not === 1 && all === 1) return "the threshold does not hold";
  if (not > 0)
    return `${count(not)} of ${count(all)} ${noun} ${not === 1 ? "does" : "do"} not hold`;
  if (unjudged > 0) return `${count(unjudged)} of ${count(all)} ${noun} could not be judged`;
  return all === 1 ? "the threshold holds" : `all ${count(all)} thresholds hold`;
}

/** What stands behind the outcome's word. */
export function headline(result: ResultDocument): string {
  const { stopped, thresholds } = result;
  if (isDoubted(result)) return "no judgement, because";
  if (stopped === null) return thresholdsLine(thresholds);
  const others = thresholds.length === 0 ? "" : `; ${thresholdsLine(thresholds)}`;
  return `a condition ended the run${others}`;
}

/** A reason that only repeats a threshold or a condition stands in that one's own row. */
export function reasonsBeside(result: ResultDocument): string[] {
  const { stopped, thresholds, verdict } = result;
  const exprs = thresholds.map(({ expr }) => expr);
  if (stopped !== null) exprs.push(stopped.condition);
  const told = (reason: string) => exprs.some((expr) => reason.endsWith(`: ${expr}`));
  if (verdict.outcome === "pass") return [];
  return verdict.reasons.filter((reason) => !told(reason)).map((reason) => whole(reason, result));
}

/** Inconclusive for another reason than too few samples: no threshold of it is to be believed. */
export function isDoubted(result: ResultDocument): boolean {
  return result.verdict.outcome === "inconclusive" && reasonsBeside(result).length > 0;
}

const NO_ANSWER = "no exchange was answered";

/** With what became of most of them: the first thing that a person wants to know. */
function whole(reason: string, { errors, errorSamples }: ResultDocument): string {
  const kinds = Object.keys(errors).sort((a, b) => errors[b] - errors[a]);
  const sample = errorSamples[kinds[0]]?.sample;
  return reason === NO_ANSWER && sample !== undefined ? `${reason}: ${sample}` : reason;
}

/** Left of its value: all claims are as wide as the widest. */
function claimOf(expr: string, width: number): Line {
  const claim = foreign(expr);
  return line(`${claim}${" ".repeat(Math.max(width - cellsOf(claim), 0))}`);
}

function stopRow({ stopped }: ResultDocument, width: number, columns: number): Line[] {
  if (stopped === null) return [];
  const when = line(`held, and ended the run after ${seconds(stopped.atS)}`, "bad");
  return flow([span("  ✗ ", "bad")], [claimOf(stopped.condition, width), when], columns, "   ");
}

function thresholdRow(
  { expr, value, ok }: JudgedThreshold,
  width: number,
  columns: number,
): Line[] {
  const [mark, ink] = MARKS[`${ok}`];
  const said = line(thresholdValue(expr, value), ok === true ? "plain" : (ink as Ink));
  return flow([span(`  ${mark} `, ink)], [claimOf(expr, width), said], columns, "   ");
}

export function verdictSection(result: ResultDocument, columns: number): Line[] {
  const { word, ink } = SHOWN[result.verdict.outcome];
  const { stopped, thresholds } = result;
  const exprs = thresholds.map(({ expr }) => expr);
  const claims = stopped === null ? exprs : [...exprs, stopped.condition];
  const width = Math.max(0, ...claims.map((claim) => cellsOf(foreign(claim))));
  return [
    ...flow([span(`${word}  `, ink)], words(headline(result)), columns),
    ...reasonsBeside(result).flatMap((reason) =>
      prose([span("  ! ", ink)], foreign(reason), columns),
    ),
    ...stopRow(result, width, columns),
    ...thresholds.flatMap((threshold) => thresholdRow(threshold, width, columns)),
  ];
}
