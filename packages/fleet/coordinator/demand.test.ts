/** Which agents a run wants, and which it gets. */
import { expect, test } from "bun:test";
import { VERSION } from "@nightjar/core/version.ts";
import { type AgentState, FLEET_PROTOCOL, type Heartbeat } from "../messages.ts";
import { choose, parseDemands, spell } from "./demand.ts";

const zone = (value: string, count: number) => ({ label: { name: "zone", value }, count });

test.each([
  ["8", [{ count: 8 }]],
  ["1", [{ count: 1 }]],
  ["zone=eu:4", [zone("eu", 4)]],
  ["zone=eu:4,zone=us:4", [zone("eu", 4), zone("us", 4)]],
  ["2, zone=eu:1", [{ count: 2 }, zone("eu", 1)]],
  ["zone=:1", [zone("", 1)]],
  ["10000", [{ count: 10_000 }]],
  ["0,1", [{ count: 0 }, { count: 1 }]],
])("--agents %s", (text, demands) => {
  expect(parseDemands(text)).toEqual(demands);
});

test.each([
  ...["", " ", "0", "-1", "1.5", "eight", "1e3", "zone=eu", "zone:4", "=eu:4", "zone=eu:-1"],
  ...["zone=eu:4,", ",8", "zone=eu=fr:2", "10001", "9999,2", "99999999999999999999"],
])("refused: --agents %p", (text) => {
  expect(() => parseDemands(text)).toThrow(`found "${text}"`);
});

test("as a person would say it", () => {
  expect([{ count: 1 }, { count: 3 }, zone("eu", 2)].map(spell)).toEqual([
    ...["1 agent", "3 agents", "2 agents with zone=eu"],
  ]);
});

function agent(name: string, labels = {}, state: AgentState = { is: "idle" }): Heartbeat {
  const machine = { host: "h", cores: 1, cpuQuota: null, memoryMb: 1, maxRatePerS: null };
  const versions = { protocol: FLEET_PROTOCOL, version: VERSION };
  return { facts: { id: `id-${name}`, name, labels, ...versions, ...machine }, state };
}

const EU = { zone: "eu" };
const busy = (runId: string): AgentState => ({ is: "busy", runId, coordinator: "ann@desk" });
const named = (chosen: readonly Heartbeat[]) => chosen.map(({ facts }) => facts.name);

test("chosen in the order of their names, whatever the order in which they were heard", () => {
  const all = ["c", "a", "d", "b"].map((name) => agent(name));
  expect(named(choose([{ count: 3 }], all).chosen)).toEqual(["a", "b", "c"]);
  expect(named(choose([{ count: 3 }], all.toReversed()).chosen)).toEqual(["a", "b", "c"]);
});

test("what asks for a label chooses first, wherever it stands", () => {
  const all = [agent("a", EU), agent("b"), agent("c", EU)];
  const { chosen, missing } = choose([{ count: 1 }, zone("eu", 2)], all);
  expect([named(chosen), missing]).toEqual([["a", "b", "c"], []]);
});

test("who is busy, leaving or taken is not chosen, and that is said", () => {
  const all = [agent("a", {}, busy("r7")), agent("b"), agent("c", {}, { is: "leaving" })];
  const { missing } = choose([{ count: 2 }], [...all, agent("d")], new Set(["id-d"]));
  expect(missing).toEqual(["2 agents wanted, 1 idle (a is busy with run r7 of ann@desk)"]);
});

test("of many that are busy a few are named", () => {
  const all = ["a", "b", "c", "d", "e"].map((name) => agent(name, EU, busy("r")));
  const [said] = choose([zone("eu", 1)], all).missing;
  expect(said).toContain("1 agent with zone=eu wanted, 0 idle (a is busy");
  expect(said).toContain("2 more are busy");
});
