/** What comes before T0: all agents or none, and nothing is left behind. */
import { expect, test } from "bun:test";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Bus } from "../bus.ts";
import { decodeMessage } from "../messages.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLAN = planFor({ rate: 50, connections: 100 }, { duration: "4s" });

test("the first of many agents does not wait for the last for longer than its lease", async () => {
  const stage = new FleetStage(settle);
  const far = { leastNs: 50e6, mostNs: 60e6 };
  for (let at = 0; at < 100; at++)
    stage.addAgent({ weather: { seed: at, upNs: far, downNs: far } });
  const order = stage.order(PLAN, [{ count: 100 }], { leaseNs: S });
  const measured = stage.prepare(order).then((run) => stage.measure(run));
  await stage.play(60 * S);
  expect((await measured).verdict).toEqual({ outcome: "pass", reasons: [] });
});

test("a lease of one second is renewed in time", async () => {
  const stage = new FleetStage(settle);
  const far = { leastNs: 20e6, mostNs: 60e6 };
  for (let at = 0; at < 2; at++) stage.addAgent({ weather: { seed: at, upNs: far, downNs: far } });
  const order = stage.order(PLAN, [{ count: 2 }], { leaseNs: S });
  const measured = stage.prepare(order).then((run) => stage.measure(run));
  await stage.play(60 * S);
  expect((await measured).accounting).toMatchObject({ due: 200, unknown: 0 });
});

test.each([0.2, 0.9, 1.05])("cancelled after %d s, it says so and leaves nothing", async (s) => {
  const stage = new FleetStage(settle);
  const late = { leastNs: 40e6, mostNs: 40e6 };
  for (let at = 0; at < 3; at++) stage.addAgent({ weather: { seed: at, upNs: late } });
  const aborter = new AbortController();
  stage.at(s * S, () => aborter.abort("SIGINT"));
  const order = stage.order(PLAN, [{ count: 3 }]);
  let refusal: unknown;
  void stage.prepare(order, { signal: aborter.signal }).catch((error) => {
    refusal = error;
  });
  let left: unknown[] = [];
  stage.at(10 * S, async () => {
    const states = stage.agents.map(({ agent }) => agent.state.is);
    left = [...states, ...(await stage.broker.connect().streams(""))];
  });
  await stage.play(20 * S);
  expect(refusal).toBeInstanceOf(NightjarError);
  expect(String(refusal)).toContain("cancelled: SIGINT");
  expect(left).toEqual(["idle", "idle", "idle"]);
});

test("many agents are asked in turn, and not all at once", async () => {
  const stage = new FleetStage(settle);
  for (let at = 0; at < 100; at++) stage.addAgent();
  const { bus, clock } = stage.coordinator();
  const askedNs: number[] = [];
  const request: Bus["request"] = (subject, payload, limitNs) => {
    const isBeat = decodeMessage(payload)?.type === "beat";
    if (isBeat) askedNs.push(clock.nowNs());
    return bus.request(subject, payload, limitNs);
  };
  const watched = Object.assign(Object.create(bus) as typeof bus, { request });
  const order = stage.order(PLAN, [{ count: 100 }]);
  const measured = stage.prepare(order, { bus: watched, clock }).then((run) => stage.measure(run));
  await stage.play(60 * S);
  expect((await measured).verdict.outcome).toBe("pass");
  const atOnce = Map.groupBy(askedNs, (ns) => Math.floor(ns / 1e6));
  expect(askedNs.length).toBeGreaterThan(100 * 8);
  // Three or four of the first questions fall into each millisecond, and now and then some beats.
  expect(Math.max(...[...atOnce.values()].map(({ length }) => length))).toBeLessThan(12);
});
