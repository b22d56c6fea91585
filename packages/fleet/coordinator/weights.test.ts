import { expect, test } from "bun:test";
import { VERSION } from "@nightjar/core/version.ts";
import { type AgentFacts, FLEET_PROTOCOL } from "../messages.ts";
import { planFor } from "../simulation/fleet-stage.ts";
import { weightsOf } from "./weights.ts";

function agents(...caps: (number | null)[]): { facts: AgentFacts }[] {
  return caps.map((maxRatePerS, at) => ({
    facts: {
      ...{ id: `id${at}`, name: `a${at}`, protocol: FLEET_PROTOCOL, version: VERSION, labels: {} },
      ...{ host: "h", cores: 1, cpuQuota: null, memoryMb: 1, maxRatePerS },
    },
  }));
}

const weights = (rate: number, ...caps: (number | null)[]) =>
  weightsOf(planFor({ rate, connections: 100 }), agents(...caps));

test.each([
  ["evenly", 90, [null, null, null], [30, 30, 30]],
  ["limits that nobody reaches", 90, [50, null, 1000], [30, 30, 30]],
  ["what one does not take is shared by the others", 90, [10, null, null], [10, 40, 40]],
  ["in turn", 90, [10, 30, null], [10, 30, 50]],
  ["just enough", 60, [10, 20, 30], [10, 20, 30]],
  ["one that sends nothing", 60, [0, null], [0, 60]],
])("%s", (_, rate, caps, expected) => {
  expect(weights(rate, ...caps)).toEqual(expected);
});

test("refused where all together send less", () => {
  expect(() => weights(61, 10, 20, 30)).toThrow("at most 60/s together (--max-rate)");
});

test("as much as there is is for those without a limit", () => {
  const closed = planFor({ model: "closed", connections: 10 });
  expect(weightsOf(closed, agents(null, null))).toEqual([1, 1]);
  expect(() => weightsOf(closed, agents(null, 7))).toThrow("agent a1 sends at most 7/s");
});
