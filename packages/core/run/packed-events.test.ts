import { expect, test } from "bun:test";
import fc from "fast-check";
import { resultOf } from "../result/result-of.ts";
import { planOf } from "../simulation/plans.ts";
import { RESULT_CONTEXT } from "../simulation/result-context.ts";
import { Stage } from "../simulation/stage.ts";
import { decodeFrame, encodePacked } from "./codec.ts";
import { RunFold } from "./fold.ts";
import type { ChildSpec } from "./ledger.ts";
import type { RunEvent } from "./load-generator.ts";

const plan = planOf(
  { rate: 40, connections: 8, maxBacklog: 12, arrivals: "poisson" },
  { warmup: "1.5s", duration: "6.5s", timeout: "2s" },
);
const world = new Stage(plan, () => new Promise<void>((resolve) => setImmediate(resolve)));
const events: RunEvent[] = [];
let specs: readonly ChildSpec[] = [];
const children = [0, 1, 2, 3].map(() => world.child());
await world.perform(
  world.ensemble(children, {
    observe: (event) => void events.push(event),
    placed: (all) => {
      specs = all;
    },
  }),
);

function resultFrom(heard: readonly RunEvent[]) {
  const fold = new RunFold(plan, specs);
  for (const event of heard) fold.apply(event);
  return resultOf(fold.finish(), RESULT_CONTEXT);
}

test("events that came packed give the same Result, whatever is missing", () => {
  const lost = fc.array(fc.boolean(), { minLength: events.length, maxLength: events.length });
  fc.assert(
    fc.property(lost, (isLost) => {
      const heard = events.filter((_, at) => !isLost[at]);
      const packed = heard.map((event) => decodeFrame(encodePacked(event)) as RunEvent);
      expect(resultFrom(packed)).toEqual(resultFrom(heard));
    }),
    { numRuns: 60 },
  );
});
