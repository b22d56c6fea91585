/** An agent of a run that goes on, and says what nobody can fold. */
import { expect, test } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { LoadGenerator, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { SIMULATED, simulatedChild } from "@nightjar/core/simulation/child.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLAN = planFor({ rate: 20, connections: 4 }, { duration: "20s" });

/** Simulates a run, and says one thing of it otherwise. */
function lying(change: (event: RunEvent) => RunEvent): (clock: Clock) => LoadGenerator {
  return (clock) => ({
    capabilities: SIMULATED,
    async prepare(order, signal) {
      const run = await simulatedChild({ clock }).prepare(order, signal);
      const events = (async function* () {
        for await (const event of run.events) yield change(event);
      })();
      return {
        ready: run.ready,
        events,
        start: (t0) => run.start(t0),
        stop: (why) => run.stop(why),
      };
    },
  });
}

async function play(change: (event: RunEvent) => RunEvent) {
  const stage = new FleetStage(settle);
  stage.addAgent();
  stage.addAgent({ generator: lying(change) });
  const order = stage.order(PLAN, [{ count: 2 }]);
  let result: Result | undefined;
  let collected: unknown;
  void stage.prepare(order).then(async (run) => {
    result = await stage.measure(run);
    collected = await stage.collect(order.runId).catch((error) => error);
  });
  await stage.play(100 * S);
  return { stage, result, collected };
}

const isThird = (event: RunEvent) => event.type === "snapshot" && event.interval === 3;

test.each<[string, object]>([
  ["an interval of another time", { interval: 1e9 }],
  ["another's name", { child: "0" }],
  ["less than no bytes", { bytes: { sent: -1, received: 0 } }],
])("all stop, and it is said why: %s", async (_, lie) => {
  const { stage, result, collected } = await play((event) =>
    isThird(event) ? ({ ...event, ...lie } as RunEvent) : event,
  );
  expect(result?.verdict.outcome).toBe("inconclusive");
  const said = result?.verdict.reasons.join("\n");
  expect(said).toMatch(/its words cannot be read: record \d+ of the run's stream, of agent a1/);
  const [honest] = stage.runs;
  expect(honest.life.untilNs).toBeLessThan(6 * S);
  expect(collected).toMatchObject({ code: "protocol", hint: expect.stringContaining("a1") });
});
