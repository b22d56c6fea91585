/** Whether the generator can be believed: what is wrong with it, and what to do about that. */
import type { Result } from "@nightjar/core/result/result.ts";
import { percent } from "../figures.ts";
import { latencyWithUnit } from "../human/quantities.ts";
import { lasting, type Statement, sentence, statement } from "./statement.ts";

const OWN_LATENESS = /by our own doing/;

/** By what the fault or warning says; the first that fits. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /stood still/,
    "Nothing was sent or read meanwhile. Run it where nothing else takes the CPU and the machine " +
      "does not sleep; then run it again.",
  ],
  [OWN_LATENESS, "Use a lower rate, more workers (--workers), or a machine with cores to spare."],
  [/workers used/, "Give it more workers (--workers) or cores, and see whether the rate grows."],
  [/hypervisor/, "Other machines on this host take its CPU: measure on one that has its own."],
];

/** Told with figures of their own: waiting.ts, unanswered.ts. */
const ELSEWHERE = [/waited for one of the .* connections/, /were dropped: the backlog was full/];

function adviceFor(said: string): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(said))?.[1];
}

/** What is late here is in every latency; how much of it, the columns say. */
function ownPart(said: string, { latencyMs }: Result): string {
  if (!OWN_LATENESS.test(said)) return "";
  const lag = latencyMs.lag?.percentiles["99"];
  const response = latencyMs.response?.percentiles["99"];
  if (typeof lag !== "number" || response == null) return "";
  return ` p99 of lag is ${latencyWithUnit(lag)}; p99 of response, ${latencyWithUnit(response)}.`;
}

function throttling(said: string, { environment, durationS }: Result): string {
  const { throttled, cpuQuota } = environment;
  if (!/CPU quota/.test(said) || throttled === null || durationS === 0) return "";
  const share = percent(throttled.ms / 1000 / durationS);
  const quota = cpuQuota === null ? "" : `, which allows ${cpuQuota} cores`;
  const periods = `${throttled.periods} periods of the quota${quota}`;
  return ` That is ${share} of ${lasting(durationS)}, in ${periods}.`;
}

/** A fault or a warning of the Result as a statement. */
export function healthStatement(
  said: string,
  result: Result,
  tone: "bad" | "doubt" = "bad",
): Statement {
  const text = sentence(said) + ownPart(said, result) + throttling(said, result);
  return statement(tone, text, adviceFor(said));
}

/** Neither those that other files tell nor the faults and disagreements, which stand elsewhere. */
export function warningStatements(result: Result): Statement[] {
  const { faults, warnings } = result.generator;
  const elsewhere = new Set([...faults, ...(result.probe?.disagreements ?? [])]);
  const isLate = faults.some((fault) => OWN_LATENESS.test(fault));
  const isTold = (said: string) => isLate && OWN_LATENESS.test(said);
  return warnings
    .filter((said) => !elsewhere.has(said) && !isTold(said))
    .filter((said) => !ELSEWHERE.some((pattern) => pattern.test(said)))
    .map((said) => healthStatement(said, result, "doubt"));
}

/** That it was fit to measure, with the figures that say so; nothing where it was late. */
export function fitnessStatements({ generator, latencyMs, accounting }: Result): Statement[] {
  const isWhole = accounting.intervalsReceived === accounting.intervalsExpected;
  const wasLate = generator.warnings.some((said) => OWN_LATENESS.test(said));
  if (!generator.healthy || !isWhole || wasLate) return [];
  const lag = latencyMs.lag?.percentiles["99"];
  const turn = latencyMs.turn?.max;
  const facts = [
    lag == null ? "" : `99 % left at most ${latencyWithUnit(lag)} late by its own doing (lag)`,
    turn == null ? "" : `it never stood still for more than ${latencyWithUnit(turn)} (turn)`,
    generator.cpuPercent === null ? "" : `it used ${generator.cpuPercent} % of a core per worker`,
  ].filter((fact) => fact !== "");
  if (facts.length === 0) return [];
  return [statement("good", `The generator was fit to measure: ${facts.join(", ")}.`)];
}
