/** An explanation as text, wrapped for a terminal. */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { flow, words } from "../human/flow.ts";
import { EMPTY, foreign, type Ink, type Line, line, render, span } from "../human/line.ts";
import { type Chapter, explanationOf } from "./explanation.ts";
import type { Statement, Tone } from "./statement.ts";

export interface ExplainOptions {
  /** Width of the terminal; fewer than 40 are taken as 40. */
  readonly columns: number;
  readonly color: boolean;
  readonly inflate: Deflate;
}

const NARROWEST = 40;
/** Longer lines of prose are hard to read. */
const WIDEST = 100;

const OUTCOMES = {
  pass: ["PASS", "good"],
  fail: ["FAIL", "bad"],
  inconclusive: ["INCONCLUSIVE", "doubt"],
} as const;

const MARKS: Readonly<Record<Tone, readonly [string, Ink]>> = {
  good: ["✓", "good"],
  bad: ["✗", "bad"],
  doubt: ["!", "doubt"],
  plain: ["·", "plain"],
};

/** A number, its unit and what compares it stay on one line. */
const BREAK = /(?<![<>=]) (?!(?:%|ms|s)(?!\w))/;

function wrapped(lead: Line, text: string, columns: number): Line[] {
  const pieces = foreign(text).split(BREAK);
  return flow(
    lead,
    pieces.map((piece) => line(piece)),
    columns,
  );
}

function statementLines({ tone, text, advice }: Statement, columns: number): Line[] {
  const [mark, ink] = MARKS[tone];
  const said = wrapped([span(`  ${mark} `, ink)], text, columns);
  if (advice === undefined) return said;
  return [...said, ...wrapped(line("    » ", "bold"), advice, columns)];
}

function chapterLines({ title, statements }: Chapter, columns: number): Line[] {
  return [
    EMPTY,
    ...flow(EMPTY, words(title, "bold"), columns),
    ...statements.flatMap((statement) => statementLines(statement, columns)),
  ];
}

/**
 * Ends with a newline; no line is wider than `columns`. Throws `protocol` for a Result with a
 * broken histogram.
 */
export function explain(result: Result, { columns, color, inflate }: ExplainOptions): string {
  const width = Math.min(Math.max(Math.floor(columns), NARROWEST), WIDEST);
  const { outcome, headline, chapters } = explanationOf(result, inflate);
  const [word, ink] = OUTCOMES[outcome];
  const lines = [
    ...flow([span(`${word}  `, ink)], words(headline), width),
    ...chapters.flatMap((chapter) => chapterLines(chapter, width)),
  ];
  return render(lines, color);
}
