/** Plans of the open loop, each drawn from its seed: any stages, any arrivals. */
import type { Plan } from "../plan/plan.ts";
import { uniform } from "../random.ts";
import { planOf } from "./plans.ts";

export interface WrittenStage {
  readonly ms: number;
  readonly from: number;
  readonly to: number;
}

const STREAM = { plan: 205, stages: 206 } as const;
const MOST_STAGES = 6;
const DRAWS_PER_STAGE = 6;

type Draw = (what: number) => number;

function below(most: number, part: number): number {
  return Math.floor(part * most);
}

/** Round numbers, pauses among them, or tenths up to 400. */
function perS(kind: number, part: number): number {
  if (kind < 0.5) return [0, 0, 1, 10, 100, 400][below(6, part)];
  return (1 + below(4000, part)) / 10;
}

function stageOf(draw: Draw): WrittenStage {
  const from = perS(draw(0), draw(1));
  const isRamp = draw(2) < 0.5;
  return { ms: 1 + below(700, draw(3)), from, to: isRamp ? perS(draw(4), draw(5)) : from };
}

/** Constant ones, ramps and pauses, at least one of which sends something. */
export function stagesOfSeed(seed: number): WrittenStage[] {
  const draw: Draw = (what) => uniform(seed, STREAM.stages, what);
  const count = 1 + below(MOST_STAGES, draw(0));
  const stages = Array.from({ length: count }, (_, index) =>
    stageOf((what) => draw(1 + index * DRAWS_PER_STAGE + what)),
  );
  const sends = stages.some(({ from, to }) => from + to > 0);
  return sends ? stages : [...stages, { ms: 50, from: 0, to: 100 }];
}

export function asWritten(stages: readonly WrittenStage[]) {
  return stages.map(({ ms, from, to }) => ({ duration: `${ms}ms`, rate: `${from}..${to}` }));
}

function arrivalsOf(kind: number, part: number): string {
  const percent = part < 0.1 ? 0 : part > 0.8 ? 100 : below(101, part);
  return ["constant", "poisson", `jitter:${percent}%`, `burst:${1 + below(30, part)}`][
    below(4, kind)
  ];
}

/** Staged or not, perhaps with a warm-up or with requests. */
export function openPlanOf(seed: number): Plan {
  const draw: Draw = (what) => uniform(seed, STREAM.plan, what);
  const stages = stagesOfSeed(seed);
  const isStaged = draw(0) < 0.6;
  const isCold = isStaged && stages[0].from === 0;
  const requests = draw(1) < 0.4 ? 1 + below(300, draw(2)) : undefined;
  const load = {
    ...(isStaged ? { stages: asWritten(stages) } : { rate: (1 + below(4000, draw(3))) / 10 }),
    arrivals: arrivalsOf(draw(4), draw(5)),
    connections: 1 + below(64, draw(6)),
    requests,
  };
  const isWarmed = draw(7) < 0.4 && requests === undefined && !isCold;
  const duration = isStaged ? {} : { duration: "700ms" };
  return planOf(load, { seed, warmup: isWarmed ? "300ms" : "0s", ...duration });
}
