/** What an agent has said is read later than it was said, and sometimes twice. */
import { expect, test } from "bun:test";
import type { Bus } from "../bus.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLAN = planFor({ rate: 20, connections: 4 }, { duration: "5s" });

test("who is free again before its end has been read is not lost", async () => {
  const stage = new FleetStage(settle);
  for (let at = 0; at < 2; at++) stage.addAgent();
  const { bus, clock } = stage.coordinator();
  const pause = () => new Promise<void>((resolve) => clock.after(0.1 * S, resolve));
  /** From amid the run to a while after the agents are free, longer than between two beats. */
  let freeNs = 0;
  async function untilLongFree(): Promise<void> {
    while (clock.nowNs() > 4 * S && freeNs < 1.7 * S) {
      await pause();
      const isFree = stage.agents.every(({ agent }) => agent.state.is === "idle");
      freeNs = isFree ? freeNs + 0.1 * S : 0;
    }
  }
  const read: Bus["read"] = async function* (...from) {
    for await (const stored of bus.read(...from)) {
      await untilLongFree();
      yield stored;
    }
  };
  const late = Object.assign(Object.create(bus) as typeof bus, { read });
  const told: string[] = [];
  const onLoss = (sentence: string) => void told.push(sentence);
  const order = stage.order(PLAN, [{ count: 2 }]);
  const measured = stage
    .prepare(order, { bus: late, clock, onLoss })
    .then((run) => stage.measure(run));
  await stage.play(60 * S);
  expect(freeNs).toBeGreaterThan(1.6 * S);
  expect(told).toEqual([]);
  expect((await measured).verdict).toEqual({ outcome: "pass", reasons: [] });
});

test("an agent's word that it ceased is told once, however often it is read", async () => {
  const stage = new FleetStage(settle);
  for (let at = 0; at < 2; at++) stage.addAgent();
  const reader = stage.coordinator({ seed: 1, reads: { again: 0.9, shuffled: 1 } });
  const told: string[] = [];
  const onLoss = (sentence: string) => void told.push(sentence);
  const order = stage.order(PLAN, [{ count: 2 }], { lostAgent: "degrade" });
  const measured = stage.prepare(order, { ...reader, onLoss }).then((run) => stage.measure(run));
  stage.at(4 * S, () => {
    for (let call = 0; call < 2; call++) stage.agents[0].agent.leave("SIGTERM");
  });
  await stage.play(60 * S);
  expect((await measured).verdict.outcome).toBe("inconclusive");
  expect(told).toEqual(["agent a0 was lost: SIGTERM"]);
});
