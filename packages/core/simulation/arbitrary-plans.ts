/** Plans of the open loop, drawn by fast-check: any stages, any arrivals. */
import fc from "fast-check";
import type { Plan } from "../plan.ts";
import { planOf } from "./plans.ts";

const perS = fc.oneof(
  fc.constantFrom(0, 1, 10, 100, 400),
  fc.integer({ min: 1, max: 4000 }).map((tenths) => tenths / 10),
);

export interface WrittenStage {
  readonly ms: number;
  readonly from: number;
  readonly to: number;
}

/** Constant ones, ramps and pauses, at least one of which sends something. */
export const writtenStages: fc.Arbitrary<WrittenStage[]> = fc
  .array(
    fc
      .record({ ms: fc.integer({ min: 1, max: 700 }), from: perS, to: perS, even: fc.boolean() })
      .map(({ ms, from, to, even }) => ({ ms, from, to: even ? from : to })),
    { minLength: 1, maxLength: 6 },
  )
  .filter((stages) => stages.some(({ from, to }) => from + to > 0));

export function stagesAsWritten(stages: readonly WrittenStage[]) {
  return stages.map(({ ms, from, to }) => ({ duration: `${ms}ms`, rate: `${from}..${to}` }));
}

export const arrivalTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("constant", "poisson", "jitter:100%"),
  fc.integer({ min: 0, max: 100 }).map((percent) => `jitter:${percent}%`),
  fc.integer({ min: 1, max: 30 }).map((size) => `burst:${size}`),
);

/** `cold`: there is nothing to warm up with. */
const paces = fc.oneof(
  writtenStages.map((stages) => ({
    pace: { stages: stagesAsWritten(stages) },
    cold: stages[0].from === 0,
  })),
  fc.integer({ min: 1, max: 4000 }).map((tenths) => ({ pace: { rate: tenths / 10 }, cold: false })),
);

/** Staged or not, with a warm-up or with requests. */
export const openPlans: fc.Arbitrary<Plan> = fc
  .record({
    paced: paces,
    arrivals: arrivalTexts,
    connections: fc.integer({ min: 1, max: 64 }),
    seed: fc.integer({ min: 0, max: 4294967295 }),
    requests: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
    warmup: fc.constantFrom("0s", "0s", "300ms"),
  })
  .map(({ paced: { pace, cold }, arrivals, connections, seed, requests, warmup }) => {
    const load = { ...pace, arrivals, connections, requests };
    const canWarm = requests === undefined && !cold;
    const duration = "rate" in pace ? { duration: "700ms" } : {};
    return planOf(load, { seed, warmup: canWarm ? warmup : "0s", ...duration });
  });
