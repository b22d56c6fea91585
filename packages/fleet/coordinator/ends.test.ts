/** A run comes to its end, whatever it waits for in vain. */
import { expect, test } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { SIMULATED, simulatedChild } from "@nightjar/core/simulation/child.ts";
import { type AgentScript, FleetStage, planFor, S } from "../simulation/fleet-stage.ts";
import type { FleetRun } from "./fleet-run.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const ENDLESS = planFor({ rate: 20, connections: 40, requests: 4000 }, { duration: "unlimited" });
const SHORT = planFor({ rate: 20, connections: 40, requests: 100 }, { duration: "unlimited" });

interface Played {
  readonly stage: FleetStage;
  readonly result: Result | undefined;
  readonly refusal: unknown;
  readonly endedS: number;
  readonly streams: readonly string[];
}

/** Two agents; `act` is called when the run is about to be measured. */
async function play(
  plan: typeof SHORT,
  scripts: readonly AgentScript[],
  act: (run: FleetRun, stage: FleetStage) => void = () => {},
  order: { streamBytes?: number; lostAgent?: "degrade" } = {},
): Promise<Played> {
  const stage = new FleetStage(settle);
  for (const script of scripts) stage.addAgent(script);
  let result: Result | undefined;
  let refusal: unknown;
  let endedS = Number.NaN;
  let streams: string[] = [];
  void (async () => {
    try {
      const { streamBytes, lostAgent = "fail" } = order;
      const demands = [{ count: scripts.length }];
      const run = await stage.prepare(stage.order(plan, demands, { lostAgent }), { streamBytes });
      act(run, stage);
      result = await stage.measure(run);
    } catch (error) {
      refusal = error;
    }
    endedS = stage.clock.nowNs() / S;
    const away = () => [];
    streams = await stage.broker.connect().streams("").catch(away);
  })();
  await stage.play(500 * S);
  return { stage, result, refusal, endedS, streams };
}

/** Takes no notice of being stopped. */
function deaf(clock: Clock) {
  const child = simulatedChild({ clock });
  return {
    capabilities: SIMULATED,
    prepare: async (...order: Parameters<typeof child.prepare>) => {
      const run = await child.prepare(...order);
      run.stop = () => {};
      return run;
    },
  };
}

test("after a loss, one that does not end is given up after a farewell", async () => {
  const { result, endedS } = await play(ENDLESS, [{}, { generator: deaf }], (_, stage) => {
    stage.at(5 * S, () => stage.agents[0].kill());
  });
  expect(result?.verdict.outcome).toBe("inconclusive");
  expect(endedS).toBeLessThan(5 + 7 + 3 + 15 + 4);
});

test("who has ended and let go of snapshots is not waited for", async () => {
  const cut = (_: FleetRun, stage: FleetStage) => {
    stage.at(3 * S, () => stage.agents[0].bus.connection.cut());
    stage.at(6.5 * S, () => stage.agents[0].bus.connection.heal());
  };
  const { result, endedS } = await play(SHORT, [{ outboxBytes: 3000 }, {}], cut);
  expect(result?.children[0].end).toMatchObject({ outcome: "done" });
  expect(result?.accounting.intervalsReceived).toBeLessThan(
    result?.accounting.intervalsExpected as number,
  );
  expect(result?.verdict.outcome).toBe("inconclusive");
  expect(endedS).toBeLessThan(15);
});

test("who has ended and keeps what a full stream does not take is not waited for", async () => {
  const full = { streamBytes: 9000, lostAgent: "degrade" } as const;
  const { result, endedS } = await play(SHORT, [{}, {}], () => {}, full);
  expect(result?.children.map(({ end }) => end.outcome)).toContain("done");
  expect(result?.verdict.outcome).toBe("inconclusive");
  expect(endedS).toBeLessThan(2 + 5 + 3 + 15 + 15);
});

test("interrupted before it was started, it says so and leaves nothing", async () => {
  const { stage, refusal, streams } = await play(SHORT, [{}, {}], (run) => run.interrupt("SIGINT"));
  expect(String(refusal)).toContain("cancelled");
  expect(streams).toEqual([]);
  expect(stage.runs.flatMap(({ life }) => life.exchanges)).toEqual([]);
});

test("a broker that is away for a moment before the start is asked again", async () => {
  const { result } = await play(SHORT, [{}, {}], (_, stage) => stage.broker.restart(1.2 * S));
  expect(result?.accounting).toMatchObject({ due: 100, unknown: 0 });
});

test("interrupted while it is begun it has its end, whatever the plan says", async () => {
  const interrupt = (run: FleetRun, { broker, clock, agents }: FleetStage) => {
    broker.restart(1.2 * S);
    clock.after(0.3 * S, () => run.interrupt("SIGINT"));
    // Of its end nobody hears before that of the plan.
    clock.after(1.25 * S, () => agents[1].bus.connection.cut());
  };
  const plan = planFor({ rate: 20, connections: 4 }, { duration: "3s" });
  const { result, stage, endedS } = await play(plan, [{}, {}], interrupt);
  expect(result?.verdict.reasons).toContain("the run was cut short: SIGINT");
  expect(stage.runs.flatMap(({ life }) => life.exchanges)).toEqual([]);
  expect(endedS).toBeLessThan(40);
});

test("interrupted a third time it waits for nobody's word", async () => {
  const cut = (run: FleetRun, stage: FleetStage) => {
    stage.at(3 * S, () => stage.agents[1].bus.connection.cut());
    for (const atS of [4, 4.2, 4.4]) stage.at(atS * S, () => run.interrupt("SIGINT"));
  };
  const { result, endedS } = await play(ENDLESS, [{}, {}], cut);
  expect(result?.children.map(({ end }) => end.outcome)).toContain("lost");
  expect(result?.accounting.completed).toBeGreaterThan(0);
  expect(endedS).toBeGreaterThan(4.4);
  expect(endedS).toBeLessThan(4.4 + 1);
});

test("interrupted a third time it waits for no broker that is away", async () => {
  const cut = (run: FleetRun, stage: FleetStage) => {
    stage.at(3 * S, () => stage.broker.goAway());
    for (const atS of [4, 4.2, 4.4]) stage.at(atS * S, () => run.interrupt("SIGINT"));
  };
  const { result, endedS } = await play(ENDLESS, [{}, {}], cut);
  expect(result?.verdict.reasons).toContain("the run was cut short: SIGINT");
  expect(endedS).toBeGreaterThan(4.4);
  expect(endedS).toBeLessThan(4.4 + 1.5);
});

test("who is stopped for another's loss is told by whose", async () => {
  const { result } = await play(ENDLESS, [{}, {}], (_, stage) => {
    stage.at(5 * S, () => stage.agents[0].kill());
  });
  const reason = "agent a0 was lost: no word from it for 6s";
  expect(result?.children[1].end).toEqual({ outcome: "stopped", reason });
});

test("a stream that takes no head is no run, and is not left", async () => {
  const { refusal, streams, stage } = await play(SHORT, [{}, {}], (_, { broker, clock }) => {
    broker.goAway();
    clock.after(6 * S, () => broker.comeBack());
  });
  expect(String(refusal)).toContain("the run's stream does not take it");
  expect(streams).toEqual([]);
  expect(stage.runs.flatMap(({ life }) => life.exchanges)).toEqual([]);
});

test("an agent that is lost before the start is no agent to start with", async () => {
  const { refusal, streams, stage } = await play(SHORT, [{}, {}], ({ members }) =>
    members[1].lose("gone"),
  );
  expect([String(refusal), ...streams]).toEqual([expect.stringContaining("lost before the start")]);
  expect(stage.runs.flatMap(({ life }) => life.exchanges)).toEqual([]);
});

test("an agent that hands back before the start ends the run before it begins", async () => {
  const { result, stage, endedS } = await play(SHORT, [{}, {}], (_, { agents }) =>
    agents[1].agent.leave("SIGTERM"),
  );
  expect(result?.verdict.outcome ?? "none").not.toBe("pass");
  expect(stage.runs.flatMap(({ life }) => life.exchanges)).toEqual([]);
  expect(endedS).toBeLessThan(8);
});
