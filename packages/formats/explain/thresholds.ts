/** Thresholds, each as a sentence: whether it holds, by how much, and what it was measured on. */

import { formatDuration, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { type Metric, parseThreshold, type Threshold } from "@nightjar/core/plan/threshold.ts";
import { samplesNeeded } from "@nightjar/core/record/percentile.ts";
import type { JudgedThreshold, Latency, Result } from "@nightjar/core/result/result.ts";
import { count, counted, milliseconds } from "../figures.ts";
import { planFacts } from "../plan-facts.ts";
import { type Part, partOf } from "./part.ts";
import { type Statement, sentence, statement } from "./statement.ts";
import {
  boundSentence,
  distance,
  isLatency,
  limitOf,
  metricName,
  valueSentence,
} from "./threshold-value.ts";

/** `undefined`: of a later version, whose grammar we do not know. */
function parsed(expr: string): Threshold | undefined {
  try {
    return parseThreshold(expr);
  } catch {
    return undefined;
  }
}

const WORDS = {
  /** Of a verdict that stands. */
  is: { true: "holds", false: "does not hold", null: "cannot be judged" },
  /** Where the numbers are not to be believed. */
  wouldBe: { true: "would hold", false: "would not hold", null: "could not be judged" },
} as const;
export type Mood = keyof typeof WORDS;
const TONES = {
  is: { true: "good", false: "bad", null: "doubt" },
  wouldBe: { true: "plain", false: "doubt", null: "doubt" },
} as const;

export function thresholdStatement(
  result: Result,
  judged: JudgedThreshold,
  mood: Mood = "is",
): Statement {
  const { expr, ok } = judged;
  const lead = `${expr} ${WORDS[mood][`${ok}`]}`;
  const tone = TONES[mood][`${ok}`];
  const threshold = parsed(expr);
  if (threshold === undefined) return statement(tone, `${lead}.`);
  const part = partOf(result, threshold.scope);
  if (ok === null) return unjudged(lead, threshold, part, result);
  const said = `${lead}: ${found(threshold, judged, part)}.`;
  const more = ok ? "" : partsSentence(threshold, judged, part);
  return statement(tone, more === "" ? said : `${said} ${more}`);
}

function found(threshold: Threshold, { value }: JudgedThreshold, part: Part): string {
  const { metric } = threshold;
  if (typeof value === "number") {
    return `${valueSentence(metric, value, part)}, ${distance(threshold, value)}`;
  }
  const bound = (value as { atLeast: number }).atLeast;
  const gap = `${count(part.unanswered)} of ${counted(part.due, "exchange")} got no answer`;
  const known = `${boundSentence(metric, bound, part)}, for ${gap}`;
  if (bound >= limitOf(threshold)) return known;
  return `${known}, and nobody knows how much more: it may be on either side of the limit`;
}

/** Of what a response consists. */
const PARTS = {
  wait: "no connection was free",
  connect: "connections had to be opened",
  lag: "our own lateness",
  service: "the target and the network",
} as const;
type PartName = keyof typeof PARTS;

function numberAt(latency: Latency | undefined, percent: number): number | null {
  const quantity = latency?.percentiles[String(percent)];
  return typeof quantity === "number" ? quantity : null;
}

/** Percentiles of parts do not add up; which of them is large says where to look all the same. */
function partsSentence({ metric }: Threshold, { value }: JudgedThreshold, part: Part): string {
  if (metric.of !== "percentile" || metric.kind !== "response") return "";
  if (typeof value !== "number") return "";
  const names = Object.keys(PARTS) as PartName[];
  const known = names.flatMap((name) => {
    const ms = numberAt(part.latency(name), metric.percent);
    return ms === null ? [] : [{ name, ms }];
  });
  const [largest] = [...known].sort((a, b) => b.ms - a.ms);
  if (largest === undefined || largest.ms < value / 2) return "";
  const all = known.map(({ name, ms }) => `${name} ${milliseconds(ms)} ms`).join(", ");
  return sentence(
    `of its parts, each by its own p${metric.percent} (${all}), ${largest.name} is the largest: ` +
      PARTS[largest.name],
  );
}

function missing(metric: Metric, part: Part): { needed: number; there: number } | undefined {
  if (metric.of !== "percentile") return undefined;
  const there = part.latency(metric.kind)?.count ?? 0;
  const needed = samplesNeeded(metric.percent);
  return there < needed ? { needed, there } : undefined;
}

function unjudged(lead: string, { metric }: Threshold, part: Part, result: Result): Statement {
  const lacks = missing(metric, part);
  if (lacks === undefined || !isLatency(metric)) {
    return statement("doubt", `${lead}: there is nothing to measure it on.`);
  }
  const { needed, there } = lacks;
  const text =
    `${lead}: for ${metricName(metric, part)} at least ${count(needed)} samples are needed, ` +
    `and there are ${count(there)}.`;
  return statement("doubt", text, longer(lacks, part, result));
}

/** How long a run would have to be, at the pace that this one had. */
function longer(
  { needed, there }: { needed: number; there: number },
  part: Part,
  result: Result,
): string | undefined {
  if (there === 0) return undefined;
  const { requests } = planFacts(result);
  if (requests !== null) {
    return `Send more: at least --requests ${Math.ceil((requests * needed) / there)}.`;
  }
  const wholeS = Math.ceil((part.durationS * needed) / there);
  const length = formatDuration(wholeS * SECOND_NS);
  if (part.suffix.includes("stage")) return `Make that stage longer: at least ${length}.`;
  if (result.stages.length > 0) return "Make the stages longer.";
  return `Run for longer: at this pace at least --duration ${length}.`;
}
