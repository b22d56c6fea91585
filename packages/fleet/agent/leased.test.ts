/** What the end of a run says whose agent was let go of. */
import { expect, test } from "bun:test";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLAN = planFor({ rate: 20, connections: 4 }, { duration: "20s" });

test("an agent that was taken for lost, and let go of while it ran, owes the rest", async () => {
  const stage = new FleetStage(settle);
  stage.addAgent();
  const order = stage.order(PLAN, [{ count: 1 }], { lostAgent: "degrade" });
  const coordinator = stage.coordinator();
  const measured = stage.prepare(order, coordinator).then((run) => stage.measure(run));
  stage.at(5 * S, () => coordinator.bus.connection.cut());
  // The broker takes what the agent says: it goes on alone, until it is released.
  stage.at(12.2 * S, () => coordinator.bus.connection.heal());
  await stage.play(60 * S);
  expect((await measured).verdict.outcome).toBe("inconclusive");
  const { verdict, accounting, children } = await stage.collect("run1");
  expect(children[0].end).toEqual({ outcome: "lost", reason: "the run is over" });
  expect(accounting.due).toBe(400);
  expect(accounting.unknown).toBeGreaterThan(100);
  expect(verdict.outcome).toBe("inconclusive");
});

test("who was asked to stop, and whose coordinator died then, was stopped", async () => {
  const stage = new FleetStage(settle);
  stage.addAgent();
  const coordinator = stage.coordinator();
  // Some are never answered: they are open for longer than the lease.
  const plan = planFor({ rate: 20, connections: 9 }, { drain: "30s", timeout: "30s" });
  const order = stage.order(plan, [{ count: 1 }]);
  void stage.prepare(order, { ...coordinator }).then((run) => {
    stage.clock.after(4 * S, () => run.interrupt("SIGINT"));
    stage.clock.after(4.05 * S, () => coordinator.kill());
    return stage.measure(run);
  });
  await stage.play(60 * S);
  const { children } = await stage.collect("run1");
  expect(children[0].intervals.received).toBeGreaterThanOrEqual(3 + 5);
  expect(children[0].end).toEqual({ outcome: "stopped", reason: "SIGINT" });
});
