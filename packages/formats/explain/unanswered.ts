/** What got no answer, of what kind, and the first of each. */

import { FAILURE_KINDS, type FailureKind } from "@nightjar/core/record/tally.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { adviceOn } from "../advice.ts";
import { count, counted, percent } from "../figures.ts";
import { countedWere, type Statement, statement, theFirst } from "./statement.ts";

/** Behind "5 exchanges". */
const MEANINGS: Readonly<Record<FailureKind, string>> = {
  timeout: "were not answered in time",
  "connect-timeout": "got no connection in time",
  "connect-refused": "were refused a connection",
  "connect-failed": "could not open a connection",
  "no-descriptors": "found no file descriptor left on this machine",
  "no-ports": "found no local port left on this machine",
  proxy: "did not get through the proxy",
  tls: "failed in the TLS handshake",
  reset: "had their connection reset",
  "closed-before-answer": "had their connection closed before the answer",
  "closed-mid-answer": "had their connection closed within the answer",
  protocol: "were answered with what is no HTTP/1.1",
};

function isFailure(kind: string): kind is FailureKind {
  return (FAILURE_KINDS as readonly string[]).includes(kind);
}

const MOST_KINDS = 6;

function kindStatement(kind: FailureKind, { errors, errorSamples }: Result): Statement {
  const first = errorSamples[kind];
  const what = first ? `: ${first.sample}` : "";
  const when = theFirst(";", first?.atS);
  const text = `${counted(errors[kind], "exchange")} ${MEANINGS[kind]} (${kind})${when}${what}.`;
  return statement("bad", text, adviceOn(kind, first?.sample));
}

/** The most frequent first. */
export function failureStatements(result: Result): Statement[] {
  const kinds = Object.keys(result.errors).filter(isFailure);
  kinds.sort((a, b) => result.errors[b] - result.errors[a]);
  const said = kinds.slice(0, MOST_KINDS).map((kind) => kindStatement(kind, result));
  const more = kinds.length - said.length;
  return more > 0
    ? [...said, statement("bad", `They failed in ${counted(more, "other way")} besides.`)]
    : said;
}

const OTHERS = {
  dropped: "dropped, since the backlog was full",
  unsent: "still waiting for a connection when the run ended",
  censored: "still in flight when the run ended",
} as const;

/** Without those that failed, which have a kind. */
export function unsentStatements({ accounting }: Result): Statement[] {
  const names = Object.keys(OTHERS) as (keyof typeof OTHERS)[];
  return names
    .filter((name) => accounting[name] > 0)
    .map((name) =>
      statement("bad", `${countedWere(accounting[name], "exchange")} ${OTHERS[name]}.`),
    );
}

/** How many they were, then each kind. */
export function unansweredStatements(result: Result): Statement[] {
  const { accounting, populations } = result;
  const { unanswered } = populations;
  if (unanswered === 0) return [];
  const share = percent(unanswered / accounting.due);
  const whole = statement(
    "bad",
    `${count(unanswered)} of ${counted(accounting.due, "exchange")} (${share}) got no answer. ` +
      "In every percentile they count as longer than all that were answered.",
  );
  return [whole, ...failureStatements(result), ...unsentStatements(result)];
}
