/** The plan of a simulated run over a fleet: any model, any arrivals, with or without an end. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Draw } from "./draw.ts";
import { planFor } from "./fleet-stage.ts";

type Load = NonNullable<PlanDocument["load"]>;

/** `agents` want a connection each. */
export function drawnPlan(seed: number, draw: Draw, agents: number): Plan {
  const connections = agents + draw.whole(0, 24);
  const isClosed = draw.chance(0.15);
  const stages = !isClosed && draw.chance(0.25) ? drawnStages(draw) : undefined;
  const requests = draw.chance(0.2) ? draw.whole(20, 200) : undefined;
  const load: Load = {
    connections,
    ...(isClosed ? { model: "closed" } : { arrivals: drawnArrivals(draw) }),
    ...(isClosed || stages ? {} : { rate: draw.whole(5, 60) }),
    ...(stages ? { stages } : {}),
    ...(requests ? { requests } : {}),
    ...(draw.chance(0.2) ? { maxBacklog: draw.whole(0, 20) } : {}),
  };
  const isUnlimited = requests !== undefined && stages === undefined && draw.chance(0.6);
  const duration = isUnlimited ? "unlimited" : `${draw.whole(2, 9)}s`;
  return planFor(load, {
    seed,
    duration: stages ? undefined : duration,
    warmup: !stages && !requests && draw.chance(0.3) ? "1.5s" : "0s",
    timeout: draw.one(["1s", "3s"]),
    stopOn: draw.chance(0.15) ? [draw.one(STOPS)] : [],
  });
}

const STOPS = ["errors > 4% for 2s", "p50 > 20ms for 3s", "achieved < 80% for 2s"];

function drawnArrivals(draw: Draw): string {
  return draw.one(["constant", "poisson", `jitter:${draw.whole(0, 100)}%`, "burst:7"]);
}

function drawnStages(draw: Draw): NonNullable<Load["stages"]> {
  const rate = () => draw.whole(0, 50);
  return Array.from({ length: draw.whole(1, 3) }, () => ({
    duration: `${draw.whole(5, 30) / 10}s`,
    rate: `${rate()}..${rate() + 1}`,
  }));
}
