/**
 * SideBySide: one plan, run by several generators in turn; the document of
 * `--generator A,B --output json`.
 */
import { z } from "zod";
import type { Plan } from "../plan/plan.ts";
import { STREAM, uniform } from "../random.ts";
import { OUTCOMES, type Result, resultSchema } from "./result.ts";

export const SIDE_BY_SIDE_SCHEMA = "nightjar.side-by-side/v1";

export const sideBySideSchema = z
  .looseObject({
    schema: z.literal(SIDE_BY_SIDE_SCHEMA),
    name: z.string(),
    order: z.array(z.string()).describe("generators, as they ran: shuffled by the plan's seed"),
    coolDownS: z.number().min(0).describe("between two of them"),
    results: z.array(resultSchema).describe("as they ran"),
    failures: z
      .array(z.looseObject({ generator: z.string(), message: z.string() }))
      .describe("generators that gave no Result"),
    verdict: z.looseObject({ outcome: z.enum(OUTCOMES) }).describe("the worst of all"),
  })
  .meta({ title: "Nightjar side by side", $id: "urn:nightjar:schema:side-by-side:v1" });

export type SideBySide = z.infer<typeof sideBySideSchema>;
export type GeneratorFailure = SideBySide["failures"][number];

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

/** Where a generator failed, nothing was settled. */
export function worstOutcome(
  results: readonly Result[],
  failures: readonly GeneratorFailure[],
): (typeof OUTCOMES)[number] {
  const outcomes = results.map(({ verdict }) => verdict.outcome);
  const all = failures.length === 0 ? outcomes : [...outcomes, "inconclusive" as const];
  return SEVERITY.find((one) => all.includes(one)) ?? "inconclusive";
}

export function sideBySideJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(sideBySideSchema, { io: "output" }) as Record<string, unknown>;
}
