/**
 * SideBySide: several Results of one command. Either one plan, run by several generators in turn,
 * or several plans (the clients of an SMP document) that began at one T0.
 */
import { z } from "zod";
import type { Plan } from "../plan/plan.ts";
import { STREAM, uniform } from "../random.ts";
import type { Snapshot } from "../record/snapshot.ts";
import { TallyTotals } from "../record/totals.ts";
import { distributionOf } from "./measure.ts";
import { type LatencyColumn, latencySchema, OUTCOMES, resultSchema } from "./result.ts";
import { latencyOf } from "./result-latency.ts";

export const SIDE_BY_SIDE_SCHEMA = "nightjar.side-by-side/v1";

const wholeSchema = z.looseObject({
  due: z.int().min(0),
  completed: z.int().min(0),
  ok: z.int().min(0),
  errors: z.int().min(0),
  unanswered: z.int().min(0),
  latencyMs: z.record(z.string(), latencySchema).describe("over the exchanges of all"),
});
export type Whole = z.infer<typeof wholeSchema>;

export const sideBySideSchema = z
  .looseObject({
    schema: z.literal(SIDE_BY_SIDE_SCHEMA),
    name: z.string(),
    order: z
      .array(z.string())
      .describe("generators, as they ran: shuffled by the plan's seed; or clients, as they stand"),
    coolDownS: z.number().min(0).nullable().describe("between two of them; null: all at once"),
    results: z.array(resultSchema).describe("in that order"),
    whole: wholeSchema.nullable().describe("of plans that ran at once: all of them as one"),
    failures: z
      .array(z.looseObject({ generator: z.string(), message: z.string() }))
      .describe("generators that gave no Result"),
    notRun: z.array(z.string()).describe("generators before whose turn the end was asked for"),
    verdict: z.looseObject({ outcome: z.enum(OUTCOMES) }).describe("the worst of all"),
  })
  .meta({ title: "Nightjar side by side", $id: "urn:nightjar:schema:side-by-side:v1" });

export type SideBySide = z.infer<typeof sideBySideSchema>;

/** The measured exchanges of several runs as one: histograms are added, percentiles never. */
export class WholeTotals {
  private readonly totals = new TallyTotals();

  add({ cells }: Pick<Snapshot, "cells">): void {
    for (const { phase, tally } of cells) if (phase === "measured") this.totals.add(tally);
  }

  /** `columns`: those that everybody measures. */
  whole(columns: readonly Exclude<LatencyColumn, "turn">[]): Whole {
    const { due, completed, ok, errors, failed, dropped, censored, unsent } = this.totals.counts;
    const latencies = columns.map((name) => [name, latencyOf(distributionOf(this.totals, name))]);
    return {
      ...{ due, completed, ok, errors },
      unanswered: failed + dropped + censored + unsent,
      latencyMs: Object.fromEntries(latencies),
    };
  }
}

/** In the order of chance, so that no generator always meets the machine that another left. */
export function shuffled<T>(list: readonly T[], { seed }: Pick<Plan, "seed">): T[] {
  const order = [...list];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(uniform(seed, STREAM.generators, at) * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/** From the worst to the best. */
const SEVERITY = ["fail", "inconclusive", "pass"] as const;

/** Where a generator failed or did not run, nothing was settled. */
export function worstOutcome({
  results,
  failures,
  notRun,
}: Pick<SideBySide, "results" | "failures" | "notRun">): (typeof OUTCOMES)[number] {
  const outcomes = results.map(({ verdict }) => verdict.outcome);
  const isWhole = failures.length + notRun.length === 0;
  const all = isWhole ? outcomes : [...outcomes, "inconclusive" as const];
  return SEVERITY.find((one) => all.includes(one)) ?? "inconclusive";
}

export function sideBySideJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(sideBySideSchema, { io: "output" }) as Record<string, unknown>;
}
