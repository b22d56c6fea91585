/** Whether exchanges had to wait for a connection, how many would have been enough, and why. */

import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { shareAbove } from "@nightjar/core/result/health.ts";
import type { Latency, Result } from "@nightjar/core/result/result.ts";
import { milliseconds, percent, rate } from "../figures.ts";
import { latencyWithUnit } from "../human/quantities.ts";
import { planFacts } from "../plan-facts.ts";
import { histogramOf } from "../result-histograms.ts";
import { type Statement, statement } from "./statement.ts";

/** As health warns of it: more than this part waited for more than 1 ms. */
const WAITED_SHARE = 0.05;

interface Waits {
  /** Exchanges that found no connection free. */
  readonly busyShare: number;
  readonly isLarge: boolean;
}

function waitsOf(result: Result, inflate: Deflate): Waits {
  const { dropped, unsent } = result.accounting;
  const left = dropped + unsent;
  const histogram = histogramOf(result, "wait", inflate);
  const given = histogram?.count ?? 0;
  const busy = (histogram ? shareAbove(histogram, 0) * given : 0) + left;
  const long = histogram ? shareAbove(histogram, MILLISECOND_NS) : 0;
  const isLarge = left > 0 || long > WAITED_SHARE;
  return { busyShare: given + left === 0 ? 0 : busy / (given + left), isLarge };
}

/**
 * What an exchange holds its connection for: these, one after another. Not lag: on a busy
 * connection it is mostly that of the exchanges before, which had ended.
 */
const HOLDING = ["connect", "service"] as const;

/** How many connections are held at once, in the mean. */
/** Far beyond every measurement, and still a number when it is rounded. */
const LARGEST = 1e300;

interface Demand {
  /** `In stage 3, `; empty for the whole. */
  readonly where: string;
  readonly perS: number;
  readonly eachMs: number;
  readonly held: number;
}

/**
 * By Little's law: rate × time. A guess, for a target that has more to do may be slower. `null`:
 * nothing was answered.
 */
function demandOf(
  where: string,
  perS: number,
  columns: Readonly<Record<string, Latency>>,
): Demand | null {
  if (typeof columns.service?.mean !== "number") return null;
  const means = HOLDING.map((name) => columns[name]?.mean);
  const eachMs = means.reduce<number>((sum, ms) => sum + (typeof ms === "number" ? ms : 0), 0);
  return { where, perS, eachMs: finite(eachMs), held: finite((perS / 1000) * eachMs) };
}

/** A document may hold any number, and what is made of them may be too large for one. */
function finite(number: number): number {
  return Math.min(number, LARGEST);
}

/** Of the stage with the largest, or of the whole. */
function largestDemand({ stages, offered, latencyMs }: Result): Demand | null {
  const all =
    stages.length === 0
      ? [demandOf("", offered.ratePerS, latencyMs)]
      : stages.map((stage, index) =>
          demandOf(`In stage ${index + 1}, `, stage.offeredPerS, stage.latencyMs),
        );
  const known = all.filter((demand) => demand !== null);
  known.sort((a, b) => b.held - a.held);
  return known[0] ?? null;
}

function enoughSentence(result: Result, connections: number): { text: string; advice: string } {
  const demand = largestDemand(result);
  if (demand === null) return { text: "", advice: "Look why the target does not answer." };
  const { where, perS, eachMs, held } = demand;
  const pace = `${rate(perS)} of ${milliseconds(eachMs)} ms each (means of connect and service)`;
  const least = Math.ceil(held);
  const busy = Number(held.toPrecision(2));
  const text = ` ${where}${pace} would keep ${busy} connections busy; there were ${connections}.`;
  return held > connections
    ? {
        text,
        advice:
          `Exchanges hold their connections too long for this rate: find out why, ask for less, ` +
          `or give it more than ${least} (--connections).`,
      }
    : {
        text: `${text} So they were enough in the mean, and not at every moment.`,
        advice: "Look for moments in which the target was slow, or for bursts in the load.",
      };
}

/** Only in the open loop: in the closed one an exchange is due when a connection is free. */
export function waitingStatements(result: Result, inflate: Deflate): Statement[] {
  const { model, connections } = planFacts(result);
  if (model === "closed" || connections === null) return [];
  const { busyShare, isLarge } = waitsOf(result, inflate);
  if (!isLarge) return [];
  const { workers } = result.generator;
  const whose = workers > 1 ? " of their worker" : "";
  const { percentiles } = result.latencyMs.wait ?? { percentiles: {} };
  const numbers = ["50", "99"]
    .filter((name) => percentiles[name] != null)
    .map((name) => `p${name} ${latencyWithUnit(percentiles[name])}`);
  const wait = numbers.length === 0 ? "" : ` (wait: ${numbers.join(", ")})`;
  const { text, advice } = enoughSentence(result, connections);
  return [
    statement(
      "doubt",
      `About ${percent(busyShare)} of the exchanges found all connections${whose} busy when ` +
        `they became due${wait}.${text}`,
      advice,
    ),
  ];
}
