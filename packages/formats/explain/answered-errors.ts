/** Answers that are errors: by status or by the check that they failed, and when they came. */

import { FAILURE_KINDS } from "@nightjar/core/record/tally.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { adviceOn, adviceOnRedirects } from "../advice.ts";
import { count, counted, percent } from "../figures.ts";
import { planFacts } from "../plan-facts.ts";
import { lasting, type Statement, statement, theFirst } from "./statement.ts";

const MOST_KINDS = 6;

const CHECKS: Readonly<Record<string, string>> = {
  "check-header": "lacked what --expect-header wants",
  "check-body": "lacked what --expect-body wants",
};

function kindStatement(kind: string, { errors, errorSamples, accounting }: Result): Statement {
  const status = /^status-(\d+)$/.exec(kind)?.[1];
  const n = errors[kind];
  const what = status === undefined ? (CHECKS[kind] ?? `were ${kind}`) : `had status ${status}`;
  const share = percent(n / Math.max(accounting.completed, 1));
  const first = errorSamples[kind];
  const detail = status === undefined && first ? `: ${first.sample}` : "";
  const when = theFirst(",", first?.atS);
  const text = `${counted(n, "answer")} (${share}) ${what}${when}${detail}.`;
  return statement("bad", text, adviceOn(kind));
}

/** The most frequent first. What was dropped is counted among the errors, and no answer. */
export function errorStatements(result: Result): Statement[] {
  const unanswered: readonly string[] = [...FAILURE_KINDS, "dropped"];
  const kinds = Object.keys(result.errors).filter((kind) => !unanswered.includes(kind));
  kinds.sort((a, b) => result.errors[b] - result.errors[a]);
  const said = kinds.slice(0, MOST_KINDS).map((kind) => kindStatement(kind, result));
  const more = kinds.length - said.length;
  return more > 0
    ? [...said, statement("bad", `There were ${counted(more, "other kind")} of errors besides.`)]
    : said;
}

/** A proxy that sends all to https:// answers quickly, and says nothing of the service. */
export function redirectStatements({ statusCodes }: Result): Statement[] {
  const advice = adviceOnRedirects(statusCodes);
  if (advice === undefined) return [];
  return [statement("doubt", "Most answers were redirects.", advice)];
}

/** Less than this part of the run is a spell; more is all the time. */
const SPELL_SHARE = 0.5;
const LEAST_ROWS = 6;
const LEAST_ERRORS = 5;

/** Where all errors and failures came in one spell, which. */
export function spellStatements(result: Result): Statement[] {
  const { warmupS } = planFacts(result);
  const rows = result.series.filter(({ atS }) => atS >= warmupS);
  const wrong = rows.filter(({ errors }) => errors > 0);
  const total = wrong.reduce((sum, { errors }) => sum + errors, 0);
  if (rows.length < LEAST_ROWS || total < LEAST_ERRORS) return [];
  const first = wrong[0];
  const last = wrong[wrong.length - 1];
  const untilS = last.atS + last.overS;
  const end = rows[rows.length - 1];
  const lengthS = end.atS + end.overS - rows[0].atS;
  if (untilS - first.atS > lengthS * SPELL_SHARE) return [];
  const text =
    `All ${count(total)} errors and failures came between ${lasting(first.atS)} and ` +
    `${lasting(untilS)} of the run.`;
  return [statement("plain", text, "Look what happened then, at the target and on its way.")];
}
