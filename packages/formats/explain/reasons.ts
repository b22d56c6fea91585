/** The reasons of a verdict, each in whole sentences: what it means, and what to do about it. */
import type { Result } from "@nightjar/core/result/result.ts";
import { count, counted, percent } from "../figures.ts";
import { planFacts } from "../plan-facts.ts";
import { lostAgent, shareOf, sickAgent, vagueClock } from "./agents.ts";
import { errorStatements } from "./answered-errors.ts";
import { healthStatement } from "./generator.ts";
import { lasting, type Statement, sentence, sinceStart, statement } from "./statement.ts";
import { thresholdStatement } from "./thresholds.ts";
import { failureStatements, unsentStatements } from "./unanswered.ts";

/** What has been told need not be told again among the findings. */
export type Topic = "unanswered" | "errors" | "stop";

export interface Told {
  readonly statements: readonly Statement[];
  readonly topic?: Topic;
  /** The threshold that it is about. */
  readonly expr?: string;
}

type Tell = (result: Result, words: readonly string[]) => Told;

const AGAIN = "Run it again.";

function cutShort(result: Result, [, why]: readonly string[]): Told {
  const { duration } = planFacts(result);
  const of = duration === "" ? "" : ` of ${duration}`;
  const text =
    `The run was cut short: ${why}. It measured ${lasting(result.durationS)}${of}. ` +
    "Its numbers are true of that time, and it is not the run that the plan wants.";
  return { statements: [statement("doubt", text, "Let it go to its end, or plan a shorter one.")] };
}

function lost(result: Result, [, id, how, why]: readonly string[]): Told {
  const owned = shareOf(result.children.find((one) => one.id === id));
  const killed = /SIGKILL|signal 9/.test(why);
  const advice = killed
    ? "The kernel kills so where memory runs out (dmesg tells); else somebody did. Run it again."
    : AGAIN;
  return { statements: [statement("bad", `Worker ${id} ${how}: ${why}.${owned}`, advice)] };
}

function agentLost(result: Result, [, name, how, why]: readonly string[]): Told {
  return { statements: [lostAgent(result, name, how, why)] };
}

function agentSick(result: Result, [, name, why]: readonly string[]): Told {
  return { statements: [sickAgent(result, name, why)] };
}

function clockVague(_: Result, [said]: readonly string[]): Told {
  return { statements: [vagueClock(said)] };
}

function incomplete({ accounting, children }: Result): Told {
  const { intervalsExpected, intervalsReceived, unknown, due } = accounting;
  const arrived = percent(intervalsReceived / intervalsExpected);
  const isFleet = children.some(({ agent }) => agent !== undefined);
  const share = due === 0 ? "" : ` (${percent(unknown / due)} of what was due)`;
  const text =
    `Each ${isFleet ? "agent" : "worker"} reports once a second: ${count(intervalsReceived)} of ` +
    `${count(intervalsExpected)} reports arrived (${arrived}), and ` +
    `${counted(unknown, "exchange")}${share} are unknown. No percentile speaks of them.`;
  return { statements: [statement("bad", text, AGAIN)] };
}

function nothingDue({ durationS, warmup }: Result): Told {
  const before = warmup === null ? "" : " What was sent in the warm-up does not count.";
  const length = lasting(durationS);
  const text = `Nothing became due in the measured part, which lasted ${length}.${before}`;
  const advice = "Give it a longer --duration or a higher rate.";
  return { statements: [statement("bad", text, advice)] };
}

function nothingAnswered(result: Result): Told {
  const { due } = result.accounting;
  const text = `No exchange was answered, of ${count(due)} that were due.`;
  const how = [...failureStatements(result), ...unsentStatements(result)];
  return { statements: [statement("bad", text), ...how], topic: "unanswered" };
}

function nothingOk(result: Result): Told {
  const { completed } = result.accounting;
  const all = counted(completed, "answer");
  const text = `All ${all} were errors, so that there is no response to judge.`;
  const statements = [statement("bad", text), ...errorStatements(result)];
  return { statements, topic: "errors" };
}

function stopped(result: Result, [, condition]: readonly string[]): Told {
  return { statements: [stopStatement(result, condition)], topic: "stop" };
}

/** Of the condition that ended the run. */
export function stopStatement(result: Result, condition: string): Statement {
  const { duration } = planFacts(result);
  const { stopped: stop, durationS } = result;
  const when = stop === null ? "" : ` ${sinceStart(stop.atS)}`;
  const of = duration === "" ? "" : ` of ${duration}`;
  const text =
    `The run was stopped${when}, for this had come to hold: ${condition}. ` +
    `It measured ${lasting(durationS)}${of}.`;
  return statement("bad", text);
}

function judged(result: Result, [, expr]: readonly string[]): Told {
  const threshold = result.thresholds.find((one) => one.expr === expr);
  const found = threshold
    ? thresholdStatement(result, threshold)
    : statement("bad", `${expr} does not hold.`);
  return { statements: [found], expr };
}

const TELLS: readonly (readonly [RegExp, Tell])[] = [
  [/^the run was cut short: (.*)$/s, cutShort],
  [/^the run was stopped: (.*)$/s, stopped],
  [/^worker (\S+) (was lost|failed): (.*)$/s, lost],
  [/^agent (.+?) (was lost|failed): (.*)$/s, agentLost],
  [/^agent (.+?) was not fit to measure: (.*)$/s, agentSick],
  [/^agent .+'s clock (?:was never measured|may have been off) .*$/s, clockVague],
  [/^\d+ of \d+ intervals arrived/, incomplete],
  [/^nothing became due/, nothingDue],
  [/^no exchange was answered/, nothingAnswered],
  [/^no answer was ok/, nothingOk],
  [/^threshold failed: (.*)$/s, judged],
  [/^too few samples to judge: (.*)$/s, judged],
];

/** A reason that we do not know, of a later version, is told in its own words. */
export function tellReason(reason: string, result: Result): Told {
  if (result.generator.faults.includes(reason)) {
    return { statements: [healthStatement(reason, result)] };
  }
  for (const [pattern, tell] of TELLS) {
    const words = pattern.exec(reason);
    if (words) return tell(result, words);
  }
  const tone = result.verdict.outcome === "pass" ? "good" : "bad";
  return { statements: [statement(tone, sentence(reason))] };
}
