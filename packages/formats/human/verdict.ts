/** The verdict: PASS, FAIL or INCONCLUSIVE, why, and each threshold with its value. */
import type { JudgedThreshold, Result } from "@nightjar/core/result.ts";
import { count } from "../figures.ts";
import { flow, prose, words } from "./flow.ts";
import { cellsOf, foreign, type Ink, type Line, line, span } from "./line.ts";
import { thresholdValue } from "./quantities.ts";

const SHOWN = {
  pass: { word: "PASS", ink: "good" },
  fail: { word: "FAIL", ink: "bad" },
  inconclusive: { word: "INCONCLUSIVE", ink: "doubt" },
} as const;

const MARKS = { true: ["✓", "good"], false: ["✗", "bad"], null: ["–", "doubt"] } as const;

function headline(result: Result): string {
  const { thresholds } = result;
  const all = thresholds.length;
  const doubted = result.verdict.outcome === "inconclusive" && reasonsBeside(result).length > 0;
  if (doubted) return "no judgement, because";
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

/** A reason that only repeats a threshold stands in that threshold's own row. */
function reasonsBeside({ thresholds, verdict }: Result): string[] {
  const told = (reason: string) => thresholds.some(({ expr }) => reason.endsWith(`: ${expr}`));
  return verdict.outcome === "pass" ? [] : verdict.reasons.filter((reason) => !told(reason));
}

function thresholdRow(
  { expr, value, ok }: JudgedThreshold,
  width: number,
  columns: number,
): Line[] {
  const [mark, ink] = MARKS[`${ok}`];
  const claim = foreign(expr);
  const space = " ".repeat(Math.max(width - cellsOf(claim), 0));
  const said = line(thresholdValue(expr, value), ok === true ? "plain" : (ink as Ink));
  return flow([span(`  ${mark} `, ink)], [line(`${claim}${space}`), said], columns, "   ");
}

export function verdictSection(result: Result, columns: number): Line[] {
  const { word, ink } = SHOWN[result.verdict.outcome];
  const width = Math.max(0, ...result.thresholds.map(({ expr }) => cellsOf(foreign(expr))));
  return [
    ...flow([span(`${word}  `, ink)], words(headline(result)), columns),
    ...reasonsBeside(result).flatMap((reason) =>
      prose([span("  ! ", ink)], foreign(reason), columns),
    ),
    ...result.thresholds.flatMap((threshold) => thresholdRow(threshold, width, columns)),
  ];
}
