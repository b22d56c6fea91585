import { expect, test } from "bun:test";
import { splitShare, wholeShare } from "@nightjar/core/schedule/share.ts";
import { VERSION } from "@nightjar/core/version.ts";
import fc from "fast-check";
import { admit } from "../agent/admission.ts";
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

const weights = (rate: number, connections: number, ...caps: (number | null)[]) =>
  weightsOf(planFor({ rate, connections }), agents(...caps));

test.each([
  ["evenly, without limits", 90, 90, [null, null, null], [1, 1, 1]],
  ["limits that nobody reaches", 90, 90, [50, null, 1000], [30, 30, 30]],
  ["what one does not take is shared by the others", 90, 90, [10, null, null], [10, 40, 40]],
  ["in turn", 90, 90, [10, 30, null], [10, 30, 50]],
  ["just enough", 60, 60, [10, 20, 30], [10, 20, 30]],
  ["in whole connections", 220, 7, [100, 150], [3, 4]],
  ["the odd one is for who may send more", 100, 3, [40, null], [1, 2]],
  ["a limit that is a share exactly", 1000, 30, [100 / 3, null], [1, 29]],
])("%s", (_, rate, connections, caps, expected) => {
  expect(weights(rate, connections, ...caps)).toEqual(expected);
});

test("cut by these, no agent gets more than it sends", () => {
  const connections = fc.integer({ min: 1, max: 64 });
  const cap = fc.option(fc.integer({ min: 1, max: 500 }));
  const caps = fc.array(cap, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), connections, caps, (rate, held, limits) => {
      let found: number[];
      try {
        found = weights(rate, held, ...limits);
      } catch {
        return;
      }
      const shares = splitShare(wholeShare(held), found);
      expect(shares.at(-1)?.to).toBe(held);
      for (const [at, maxRatePerS] of limits.entries()) {
        admit(
          { plan: planFor({ rate, connections: held }), share: shares[at] },
          { targets: [], maxRatePerS },
        );
      }
    }),
    { numRuns: 500 },
  );
});

test("refused where one would have nothing to do: so many agents were asked for", () => {
  expect(() => weights(100, 4, null, 5)).toThrow(
    "agent a1 sends at most 5/s (--max-rate), not one of the 4 connections with 25/s each",
  );
});

test("refused where whole connections do not go into their limits", () => {
  expect(() => weights(60, 100, 10, 20, 30)).toThrow(
    "of the 100 connections, with 0.6/s each, the agents take 99 (--max-rate)",
  );
});

test("refused where all together send less", () => {
  expect(() => weights(61, 100, 10, 20, 30)).toThrow("at most 60/s together (--max-rate)");
});

test("as much as there is is for those without a limit", () => {
  const closed = planFor({ model: "closed", connections: 10 });
  expect(weightsOf(closed, agents(null, null))).toEqual([1, 1]);
  expect(() => weightsOf(closed, agents(null, 7))).toThrow("agent a1 sends at most 7/s");
});
