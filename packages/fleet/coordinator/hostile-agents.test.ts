/**
 * Agents that answer and announce what no agent of ours would: nobody is claimed by them, nothing
 * is started, and nothing that a terminal would obey is shown. Another sequence: NIGHTJAR_SEED=7.
 */
import { expect, test } from "bun:test";
import { NightjarError } from "@nightjar/core/errors.ts";
import { decodeFrame } from "@nightjar/core/run/codec.ts";
import { SIMULATED } from "@nightjar/core/simulation/child.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { damaged, damagedFrame } from "@nightjar/testkit/damaged-messages.ts";
import { Draws } from "@nightjar/testkit/mutations.ts";
import { readAnswer, readHeartbeat } from "../border/answer.ts";
import type { MemoryBus } from "../memory/memory-bus.ts";
import { type AgentFacts, type Answer, encodeMessage, FLEET_PROTOCOL } from "../messages.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";
import { agentSubject, heartbeatSubject } from "../subjects.ts";
import { Roster } from "./roster.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const SEED = Number(process.env.NIGHTJAR_SEED ?? 1);
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const PLAN = planFor({ rate: 20, connections: 4 }, { duration: "2s" });

const FACTS: AgentFacts = {
  ...{ id: "bad", name: "bad", protocol: FLEET_PROTOCOL, version: VERSION, labels: { zone: "eu" } },
  ...{ host: "h", cores: 1, cpuQuota: 0.5, memoryMb: 1, maxRatePerS: null },
};

const ANSWERS: readonly Answer[] = [
  { type: "claimed", facts: FACTS, capabilities: SIMULATED },
  { type: "refused", reason: "no \u001b[2Jroom", hint: "later" },
  { type: "taken" },
  {
    ...{ type: "beat", nowNs: 5e9, step: "ready", waiting: 0, discarded: 0, fault: null },
    throttledMs: null,
  },
  { type: "released" },
];

const HEARTBEATS = [
  { facts: FACTS, state: { is: "idle" } },
  { facts: FACTS, state: { is: "busy", runId: "r", coordinator: "c" } },
];

/** Every text in it, names of keys too. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}

test("of ten thousand damaged answers and heartbeats none is believed that could harm", () => {
  const draws = new Draws(SEED);
  const believed = { answers: 0, heartbeats: 0 };
  for (let trial = 0; trial < 10_000; trial++) {
    const answer = readAnswer(damagedFrame(draws.of(ANSWERS), draws));
    const heartbeat = readHeartbeat(damagedFrame(draws.of(HEARTBEATS), draws));
    believed.answers += Number(answer !== undefined);
    believed.heartbeats += Number(heartbeat !== undefined);
    const texts = textsIn({ answer, heartbeat });
    expect(texts.filter((text) => OBEYED.test(text) || text.length > 5_000)).toEqual([]);
    if (answer?.type === "beat") expect(Number.isFinite(answer.nowNs)).toBe(true);
  }
  expect(believed.answers).toBeGreaterThan(100);
  expect(believed.heartbeats).toBeGreaterThan(100);
});

const withFacts = (facts: object) => ({ facts: { ...FACTS, ...facts }, state: { is: "idle" } });

test.each<[string, object, string]>([
  ["of numbers", withFacts({ name: 7 }), "bad"],
  ["a label of 1 MB", withFacts({ labels: { zone: "x".repeat(1e6) } }), "bad"],
  ["a thousand labels", withFacts({ labels: Object.fromEntries(numbered(1000)) }), "bad"],
  ["labels in a list", withFacts({ labels: [{}] }), "bad"],
  ["a name with dots", withFacts({ id: "a.b" }), "a.b"],
  ["another's name", withFacts({ id: "other" }), "bad"],
  ["less than no cores", withFacts({ cores: -1 }), "bad"],
  ["no rate", withFacts({ maxRatePerS: 0 }), "bad"],
  ["a rate in words", withFacts({ maxRatePerS: "many" }), "bad"],
  ["no state", { facts: FACTS }, "bad"],
  ["a third state", { facts: FACTS, state: { is: "gone" } }, "bad"],
])("a heartbeat is passed over: %s", async (_, heartbeat, subject) => {
  expect(await heardOf([{ heartbeat, subject }])).toEqual([]);
});

function numbered(count: number): [string, string][] {
  return Array.from({ length: count }, (_, at) => [`l${at}`, "x"]);
}

async function heardOf(said: readonly { heartbeat: object; subject: string }[]) {
  const stage = new FleetStage(settle);
  const [bus, far] = [stage.broker.connect(), stage.broker.connect()];
  const roster = new Roster(bus, stage.clock);
  for (const { heartbeat, subject } of said)
    far.publish(heartbeatSubject(subject), encodeMessage(heartbeat as never));
  await stage.play(S);
  return roster.present();
}

test("what a terminal would obey is not in the list of agents", async () => {
  const evil = "\u001b]0;owned\u0007\u001b[2J\u202ename";
  const facts = { name: evil, host: evil, labels: { [evil]: evil } };
  const state = { is: "busy", runId: "r", coordinator: evil };
  const heard = await heardOf([
    { heartbeat: { ...withFacts(facts), state }, subject: "bad" },
    { heartbeat: withFacts({ id: "good" }), subject: "good" },
  ]);
  expect(heard).toHaveLength(2);
  expect(textsIn(heard).filter((text) => OBEYED.test(text))).toEqual([]);
});

test("ten thousand agents are kept in mind, and no more", async () => {
  const all = Array.from({ length: 10_200 }, (_, at) => {
    return { heartbeat: withFacts({ id: `a${at}` }), subject: `a${at}` };
  });
  expect(await heardOf(all)).toHaveLength(10_000);
});

/** Answers as an honest agent would, so far as it is not damaged. */
function answering(bus: MemoryBus, draws: Draws): void {
  const often = draws.of([0.01, 0.1, 0.4, 0.9]);
  const lie = (answer: Answer) =>
    draws.chance(often) ? damagedFrame(answer, draws) : encodeMessage(answer);
  bus.subscribe(agentSubject("bad"), (payload) => {
    const { type } = decodeFrame(payload) as { type: string };
    if (draws.chance(often / 4)) return lie(draws.of(ANSWERS));
    const at = { claim: 0, parcel: 2, beat: 3, release: 4 }[type] ?? 1;
    return lie(ANSWERS[at]);
  });
}

test("of many runs with such an agent each ends in a sentence, and sends nothing", async () => {
  const draws = new Draws(SEED);
  const codes = new Set<string>();
  for (let trial = 0; trial < 100; trial++) {
    const stage = new FleetStage(settle);
    stage.addAgent();
    const bus = stage.broker.connect();
    answering(bus, draws);
    for (let at = 0; at < 120; at++) {
      const heartbeat = draws.chance(0.2) ? damaged(HEARTBEATS[0], draws) : HEARTBEATS[0];
      stage.at(at * S, () =>
        bus.publish(heartbeatSubject("bad"), encodeMessage(heartbeat as never)),
      );
    }
    let outcome: unknown;
    const order = stage.order(PLAN, [{ count: 2 }]);
    void stage.prepare(order).catch((error) => {
      outcome = error;
    });
    await stage.play(200 * S);
    expect(outcome).toBeInstanceOf(NightjarError);
    const { code, message, hint = "" } = outcome as NightjarError;
    codes.add(code);
    expect(`${message}${hint}`).not.toMatch(OBEYED);
    expect(stage.runs.flatMap(({ life }) => life.exchanges)).toEqual([]);
    expect(stage.agents[0].agent.state).toEqual({ is: "leaving" });
    expect(await stage.broker.connect().streams("")).toEqual([]);
  }
  expect(codes.size).toBeGreaterThan(1);
}, 120_000);
