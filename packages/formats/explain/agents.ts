/** What became of the agents of a fleet, where a verdict names them. */
import type { ChildResult, Result } from "@nightjar/core/result/result.ts";
import { percent } from "../figures.ts";
import { lasting, type Statement, sentence, statement } from "./statement.ts";

/** Why an agent was lost, by what the reason says; the first that fits. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /no word from it/,
    "Its machine, its process or its way to the broker failed: what it has said itself tells " +
      "which. By --lost-agent degrade the others go on.",
  ],
  [
    /has not heard its coordinator/,
    "It was cut off, or its coordinator stood still. A longer --lease bears with more.",
  ],
  [/told to leave/, "Somebody has stopped it: start it again, or run on the others."],
  [/stream is full/, "Give the run a lower rate, fewer targets or stages, or fewer agents."],
  [/excluded/, "Whoever collected has left it out, by --exclude."],
];

/** `undefined`: none of that name took part. */
export function childOfAgent({ children }: Result, name: string): ChildResult | undefined {
  return children.find(({ agent }) => agent?.name === name);
}

/** An exchange belongs to a connection, and with the connection to an agent. */
export function shareOf(child: ChildResult | undefined): string {
  if (child === undefined) return "";
  const part = (child.share.to - child.share.from) / child.share.of;
  const from = child.unknownFromS;
  const since = from == null ? "" : `; what became of them from ${lasting(from)} on nobody knows`;
  return ` ${percent(part)} of all exchanges were its own${since}.`;
}

export function lostAgent(result: Result, name: string, how: string, why: string): Statement {
  const advice = ADVICE.find(([pattern]) => pattern.test(why))?.[1] ?? "Run it again.";
  const owned = shareOf(childOfAgent(result, name));
  return statement("bad", `Agent ${name} ${how}: ${why}.${owned}`, advice);
}

export function sickAgent(result: Result, name: string, why: string): Statement {
  const share = childOfAgent(result, name)?.share;
  const part = share === undefined ? "" : ` ${percent((share.to - share.from) / share.of)} of all`;
  const its =
    part === "" ? "" : `${part} exchanges were its own, and what it measured is its lag too.`;
  const advice =
    "Use a lower rate, more agents, or a machine with cores to spare; run collect --exclude " +
    "shows the run without it.";
  return statement("bad", `Agent ${name} was not fit to measure: ${why}.${its}`, advice);
}

export function vagueClock(said: string): Statement {
  const advice =
    "Half the round trip between coordinator and agent is what nobody can see: bring the broker " +
    "nearer to both, or let the plan bear with more (maxClockError).";
  return statement("bad", sentence(said), advice);
}
