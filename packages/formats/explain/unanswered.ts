/** What got no answer, of what kind, and the first of each. */

import { FAILURE_KINDS, type FailureKind } from "@nightjar/core/record/tally.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { count, counted, percent } from "../figures.ts";
import { countedWere, type Statement, sinceStart, statement } from "./statement.ts";

interface Meaning {
  /** Behind "5 exchanges". */
  readonly what: string;
  /** Absent where the sample itself says what to do. */
  readonly advice?: string;
}

const MEANINGS: Readonly<Record<FailureKind, Meaning>> = {
  timeout: {
    what: "were not answered in time",
    advice:
      "Look why the target takes so long; a longer --timeout says how long, and changes " +
      "nothing else.",
  },
  "connect-timeout": {
    what: "got no connection in time",
    advice: "A firewall that drops packets looks so, and a server that no longer accepts.",
  },
  "connect-refused": {
    what: "were refused a connection",
    advice: "Nobody listens there: is the address right, is the target running, does it restart?",
  },
  "connect-failed": {
    what: "could not open a connection",
    advice: "Look at the route and the firewall between this machine and the target.",
  },
  "no-descriptors": { what: "found no file descriptor left on this machine" },
  "no-ports": { what: "found no local port left on this machine" },
  proxy: { what: "did not get through the proxy", advice: "Look at the proxy's log." },
  tls: {
    what: "failed in the TLS handshake",
    advice:
      "Look at the certificate: its name (--sni expects another), its dates, who signed it " +
      "(--cacert).",
  },
  reset: {
    what: "had their connection reset",
    advice: "The target or a proxy before it tears connections: look at its log at that time.",
  },
  "closed-before-answer": {
    what: "had their connection closed before the answer",
    advice:
      "A server that closes idle connections just as they are used looks so, and one that crashes.",
  },
  "closed-mid-answer": {
    what: "had their connection closed within the answer",
    advice: "The target or a proxy before it gives up while it answers: look at its log.",
  },
  protocol: {
    what: "were answered with what is no HTTP/1.1",
    advice: "Look whether the port speaks HTTP at all, and whether it wants https.",
  },
};

function isFailure(kind: string): kind is FailureKind {
  return (FAILURE_KINDS as readonly string[]).includes(kind);
}

const MOST_KINDS = 6;

function kindStatement(kind: FailureKind, { errors, errorSamples }: Result): Statement {
  const { what, advice } = MEANINGS[kind];
  const first = errorSamples[kind];
  const when = first ? `; the first ${sinceStart(first.atS)}: ${first.sample}` : "";
  return statement("bad", `${counted(errors[kind], "exchange")} ${what} (${kind})${when}.`, advice);
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
