/** Whether exchanges had to wait for a connection, how many would have been enough, and why. */
import type { Deflate } from "@nightjar/core/hdr-codec.ts";
import { shareAbove } from "@nightjar/core/health.ts";
import { MILLISECOND_NS } from "@nightjar/core/quantity.ts";
import type { Result } from "@nightjar/core/result.ts";
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
 * By Little's law rate × time is how many stand open at once; a guess, for a target that is less
 * loaded may be quicker.
 */
function neededOf({ offered, latencyMs }: Result): { open: number; meanMs: number } | null {
  const meanMs = latencyMs.service?.mean;
  if (typeof meanMs !== "number") return null;
  return { open: (offered.ratePerS * meanMs) / 1000, meanMs };
}

function enoughSentence(result: Result, connections: number): { text: string; advice: string } {
  const needed = neededOf(result);
  if (needed === null) return { text: "", advice: "Look why the target does not answer." };
  const { open, meanMs } = needed;
  const each = `${milliseconds(meanMs)} ms each (mean of service)`;
  const pace = `${rate(result.offered.ratePerS)} of ${each}`;
  const least = Math.ceil(open);
  const busy = Number(open.toPrecision(2));
  const text = ` ${pace} keep ${busy} connections busy in the mean, and there were ${connections}.`;
  return open > connections
    ? {
        text,
        advice:
          `The target is too slow for this rate over ${connections} connections: find out why, ` +
          `ask for less, or give it more than ${least} (--connections).`,
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
