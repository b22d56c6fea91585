/** Which agents are claimed where there are others who want them, or cannot be had. */
import { expect, test } from "bun:test";
import { type AgentScript, FleetStage, planFor, S } from "../simulation/fleet-stage.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLAN = planFor({ rate: 20, connections: 10 }, { duration: "2s" });

interface Wish {
  readonly atS: number;
  readonly count: number;
  readonly draw?: number;
}

interface Outcome {
  readonly said: string;
  readonly atS: number;
}

/** What became of each wish, in their order, and the states of the agents in the end. */
async function play(
  scripts: readonly AgentScript[],
  wishes: readonly Wish[],
  act: (stage: FleetStage) => void = () => {},
) {
  const stage = new FleetStage(settle);
  for (const script of scripts) stage.addAgent(script);
  const outcomes: Outcome[] = [];
  for (const [index, { atS, count, draw = 0.5 }] of wishes.entries()) {
    const say = (said: string) => {
      outcomes[index] = { said, atS: stage.clock.nowNs() / S };
    };
    stage.at(atS * S, () => {
      const order = stage.order(PLAN, [{ count }]);
      stage
        .prepare(order, { draw: () => draw })
        .then((run) => stage.measure(run))
        .then(
          ({ verdict }) => say(verdict.outcome),
          (error) => say(error.message),
        );
    });
  }
  act(stage);
  let states: string[] = [];
  stage.at(59 * S, () => {
    states = stage.agents.map(({ agent }) => agent.state.is);
  });
  await stage.play(60 * S);
  return { outcomes, states, stage };
}

test("two coordinators who want the same agents get them one after the other", async () => {
  const { outcomes, states, stage } = await play(
    [{}, {}, {}],
    [
      { atS: 0, count: 3, draw: 0.1 },
      { atS: 0, count: 3, draw: 0.8 },
    ],
  );
  expect(outcomes.map(({ said }) => said)).toEqual(["pass", "pass"]);
  expect(states).toEqual(["idle", "idle", "idle"]);
  expect(stage.runs).toHaveLength(6);
});

test("one gets a sentence where the other's run is longer than it waits", async () => {
  const stage = new FleetStage(settle);
  for (let at = 0; at < 2; at++) stage.addAgent();
  const long = planFor({ rate: 20, connections: 10 }, { duration: "30s" });
  void stage.prepare(stage.order(long, [{ count: 2 }])).then((run) => stage.measure(run));
  let said = "";
  let atS = 0;
  stage.at(5 * S, () => {
    stage.prepare(stage.order(PLAN, [{ count: 1 }])).catch((error) => {
      said = error.message;
      atS = stage.clock.nowNs() / S;
    });
  });
  await stage.play(60 * S);
  expect(said).toContain("the fleet cannot carry this run: 1 agent wanted, 0 idle");
  expect(said).toContain("a0 is busy with run run1 of coordinator");
  expect(atS).toBeLessThan(5 + 10 + 3);
});

test("two who want overlapping parts of a fleet do not keep each other from both", async () => {
  const wishes = [0.2, 0.7].map((draw) => ({ atS: 0, count: 2, draw }));
  const { outcomes } = await play([{}, {}, {}], wishes);
  expect(outcomes.map(({ said }) => said)).toEqual(["pass", "pass"]);
});

test("nobody there: so it says, within its limit", async () => {
  const { outcomes } = await play([], [{ atS: 0, count: 1 }]);
  expect(outcomes[0].said).toContain("1 agent wanted, 0 idle");
  expect(outcomes[0].atS).toBeLessThan(13);
});

test("agents of another version are not claimed, and that is said", async () => {
  const { outcomes, states } = await play(
    [{ facts: { version: "0.0.1" } }, {}],
    [{ atS: 0, count: 2 }],
  );
  expect(outcomes[0].said).toContain("agent a0 is Nightjar 0.0.1");
  expect(states).toEqual(["idle", "idle"]);
});

test("who is leaving is not claimed", async () => {
  const leave = (stage: FleetStage) => stage.at(0.5 * S, () => stage.agents[0].agent.leave("TERM"));
  const { outcomes } = await play([{}, {}], [{ atS: 1, count: 2 }], leave);
  expect(outcomes[0].said).toContain("2 agents wanted, 1 idle");
});

test("who leaves when it has been claimed hands its run back", async () => {
  const leave = (stage: FleetStage) => stage.at(0.9 * S, () => stage.agents[0].agent.leave("TERM"));
  const slow = { weather: { seed: 1, upNs: { leastNs: 0.15 * S, mostNs: 0.15 * S } } };
  const { outcomes, states, stage } = await play([slow, slow], [{ atS: 0, count: 2 }], leave);
  expect(outcomes[0].said).not.toBe("pass");
  expect(stage.runs.flatMap(({ life }) => life.exchanges)).toEqual([]);
  expect(states).toEqual(["leaving", "idle"]);
});

test("who comes while it is waited for is taken", async () => {
  const { outcomes } = await play([{}], [{ atS: 0, count: 2 }], (stage) => {
    stage.at(4 * S, () => stage.addAgent());
  });
  expect(outcomes[0].said).toBe("pass");
});

test("a broker that has gone is no fleet without agents", async () => {
  const { outcomes } = await play([{}, {}], [{ atS: 0, count: 3 }], (stage) =>
    stage.at(3 * S, () => stage.broker.goAway()),
  );
  expect(outcomes[0].said).toBe("the broker is away, and with it whoever was to be claimed");
});
