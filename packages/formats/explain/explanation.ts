/**
 * Explanation: why the verdict of a Result is what it is, the gravest reason first; then what was
 * promised and held; then what the numbers say, what went wrong before what went well.
 */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { count, counted } from "../figures.ts";
import { errorStatements, redirectStatements, spellStatements } from "./answered-errors.ts";
import { differenceStatements } from "./differences.ts";
import { fitnessStatements, warningStatements } from "./generator.ts";
import { stopStatement, type Told, type Topic, tellReason } from "./reasons.ts";
import { type Statement, statement } from "./statement.ts";
import { thresholdStatement } from "./thresholds.ts";
import { unansweredStatements } from "./unanswered.ts";
import { volumeStatements } from "./volume.ts";
import { waitingStatements } from "./waiting.ts";
import { connectionStatements, headerStatements, probeStatements } from "./witnesses.ts";

export interface Chapter {
  readonly title: string;
  readonly statements: readonly Statement[];
}

export interface Explanation {
  readonly outcome: Result["verdict"]["outcome"];
  /** Behind the outcome's word. */
  readonly headline: string;
  /** None is empty. */
  readonly chapters: readonly Chapter[];
}

function headline({ verdict, thresholds, stopped }: Result): string {
  const not = thresholds.filter(({ ok }) => ok === false).length;
  const all = thresholds.length;
  if (verdict.outcome === "inconclusive") {
    const reasons = verdict.reasons.length;
    const why = reasons > 1 ? `${count(reasons)} reasons, the gravest first` : "one reason";
    return `there is no judgement, for ${why}`;
  }
  if (verdict.outcome === "fail") {
    if (stopped !== null && not === 0) return "the run was stopped by a condition of its plan";
    if (all === 1) return "the threshold does not hold";
    return `${count(not)} of ${counted(all, "threshold")} ${not === 1 ? "does" : "do"} not hold`;
  }
  if (all === 0) return "there was no threshold to judge";
  return all === 1 ? "the threshold holds" : `all ${count(all)} thresholds hold`;
}

/** A verdict that passed has nothing but its thresholds for reasons. */
function reasonsOf(result: Result): Told[] {
  const { outcome, reasons } = result.verdict;
  return outcome === "pass" ? [] : reasons.map((reason) => tellReason(reason, result));
}

const TITLES = {
  pass: "What was promised, and held",
  fail: "What held",
  inconclusive: "The thresholds, were the numbers to be believed",
} as const;

/** Of a pass without thresholds: what it says, and what it does not. */
const NO_THRESHOLDS = statement(
  "plain",
  "A pass without thresholds says that the run is complete and was measured by a generator that " +
    "was fit to. It says nothing of how good the numbers are.",
  "Promise something: --threshold 'p99 < 50ms'.",
);

/** Without those that are a reason already. */
function thresholdsChapter(result: Result, told: readonly Told[]): Chapter {
  const known = new Set(told.flatMap(({ expr }) => expr ?? []));
  const rest = result.thresholds.filter(({ expr }) => !known.has(expr));
  const { outcome } = result.verdict;
  if (outcome === "pass" && rest.length === 0) {
    return { title: "What was promised: nothing", statements: [NO_THRESHOLDS] };
  }
  const doubted = outcome === "inconclusive" && known.size === 0;
  const title = outcome === "inconclusive" && !doubted ? "What could be judged" : TITLES[outcome];
  const mood = doubted ? "wouldBe" : "is";
  return { title, statements: rest.map((one) => thresholdStatement(result, one, mood)) };
}

function findings(result: Result, told: ReadonlySet<Topic>, inflate: Deflate): Statement[] {
  const { stopped } = result;
  return [
    ...volumeStatements(result),
    ...(stopped === null || told.has("stop") ? [] : [stopStatement(result, stopped.condition)]),
    ...(told.has("unanswered") ? [] : unansweredStatements(result)),
    ...(told.has("errors") ? [] : errorStatements(result)),
    ...redirectStatements(result),
    ...spellStatements(result),
    ...waitingStatements(result, inflate),
    ...warningStatements(result),
    ...differenceStatements(result),
    ...connectionStatements(result),
    ...headerStatements(result),
    ...probeStatements(result),
    ...fitnessStatements(result),
  ];
}

/** Throws `protocol` for a Result with a broken histogram. */
export function explanationOf(result: Result, inflate: Deflate): Explanation {
  const told = reasonsOf(result);
  const topics = new Set(told.flatMap(({ topic }) => topic ?? []));
  const chapters: Chapter[] = [
    { title: "Why", statements: told.flatMap(({ statements }) => statements) },
    thresholdsChapter(result, told),
    { title: "What the numbers say", statements: findings(result, topics, inflate) },
  ];
  return {
    outcome: result.verdict.outcome,
    headline: headline(result),
    chapters: chapters.filter(({ statements }) => statements.length > 0),
  };
}
