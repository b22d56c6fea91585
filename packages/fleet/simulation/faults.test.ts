/**
 * A fleet that breaks, in virtual time: each fault with the Result that was written down for it
 * (`expected/`).
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDurationNs } from "@nightjar/core/plan/quantity.ts";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { collect } from "../fold/collect.ts";
import type { Weather } from "../memory/weather.ts";
import type { LostAgent } from "../messages.ts";
import { FleetStage, planFor, S, type StagedCoordinator } from "./fleet-stage.ts";

interface Expected {
  readonly fault: string;
  readonly because: string;
  readonly lease?: string;
  readonly orphan?: string;
  readonly result?: object;
  readonly reasons?: readonly string[];
  readonly between?: Readonly<Record<string, readonly [number, number]>>;
  /** By child: when it last sent something, s after T0. */
  readonly lastSentS?: Readonly<Record<string, readonly [number, number]>>;
  readonly sent?: number;
  readonly collect?: string;
}

function expected(name: string): Expected {
  return JSON.parse(readFileSync(join(import.meta.dir, "expected", `${name}.json`), "utf8"));
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLAN = planFor({ rate: 80, connections: 80 }, { duration: "20s" });
const END_NS = 400 * S;

interface Scene {
  readonly stage: FleetStage;
  readonly coordinator: StagedCoordinator;
  /** Does it so long after T0. */
  readonly at: (seconds: number, then: () => void) => void;
}

interface Setting {
  readonly policy?: LostAgent;
  readonly weather?: (party: number) => Weather;
  readonly streamBytes?: number;
  readonly fault: (scene: Scene) => void;
}

/** Plays it, and gives the Result: the coordinator's own if it lived, and what is collected. */
async function play(name: string, setting: Setting) {
  const written = expected(name);
  const stage = new FleetStage(settle);
  for (let at = 0; at < 4; at++) stage.addAgent({ weather: setting.weather?.(at) });
  const coordinator = stage.coordinator(setting.weather?.(99));
  const order = stage.order(PLAN, [{ count: 4 }], {
    lostAgent: setting.policy ?? "fail",
    ...(written.lease ? { leaseNs: parseDurationNs(written.lease) } : {}),
    ...(written.orphan ? { orphanNs: parseDurationNs(written.orphan) } : {}),
  });
  const { streamBytes } = setting;
  let own: Result | undefined;
  const going = stage
    .prepare(order, { ...coordinator, ...(streamBytes ? { streamBytes } : {}) })
    .then(async (run) => {
      // T0 is told at the start, after a lead.
      const at = (seconds: number, then: () => void) => stage.clock.after((1 + seconds) * S, then);
      setting.fault({ stage, coordinator, at });
      own = await stage.measure(run);
    });
  let collected: Result | undefined;
  let again: Result | undefined;
  stage.at(END_NS - 10 * S, () => {
    void stage.collect(order.runId).then((result) => {
      collected = result;
    });
    void stage.collect(order.runId).then((result) => {
      again = result;
    });
  });
  await stage.play(END_NS);
  void going;
  expect(collected).toEqual(again as never);
  return { stage, own, collected: resultSchema.parse(collected), written };
}

function check(result: Result, { result: wanted = {}, reasons = [], between = {} }: Expected) {
  expect(result).toMatchObject(wanted);
  const said = result.verdict.reasons.join("\n");
  for (const reason of reasons) expect(said).toContain(reason);
  for (const [path, [least, most]] of Object.entries(between)) {
    const value = path.split(".").reduce((part, key) => (part as never)[key], result as unknown);
    expect({ path, isBetween: Number(value) >= least && Number(value) <= most, value }).toEqual({
      path,
      isBetween: true,
      value,
    });
  }
}

/** What nobody sent is among what the Result says of it; the rest was due after a last word. */
function checkSent(stage: FleetStage, result: Result, { lastSentS = {} }: Expected): void {
  const sent = stage.runs.flatMap(({ life }) =>
    life.exchanges.filter(({ sentNs }) => Number.isFinite(sentNs)).map(({ i }) => i),
  );
  expect(new Set(sent).size).toBe(sent.length);
  const { due, unknown, unsent, dropped } = result.accounting;
  expect(due - sent.length).toBeLessThanOrEqual(unknown + unsent + dropped);
  for (const [child, [least, most]] of Object.entries(lastSentS)) {
    const { exchanges } = stage.runs[Number(child)].life;
    const lastS = Math.max(...exchanges.map(({ sentNs }) => sentNs).filter(Number.isFinite)) / S;
    expect({ child, lastS, isBetween: lastS >= least && lastS <= most }).toEqual({
      ...{ child, lastS, isBetween: true },
    });
  }
}

const FAULTS: Record<string, Setting> = {
  "kill-agent-fail": { fault: ({ stage, at }) => at(4.5, () => stage.agents[1].kill()) },
  "kill-agent-degrade": {
    policy: "degrade",
    fault: ({ stage, at }) => at(4.5, () => stage.agents[1].kill()),
  },
  "cut-and-heal": {
    fault: ({ stage, at }) => {
      at(4.5, () => stage.agents[1].bus.connection.cut());
      at(9.5, () => stage.agents[1].bus.connection.heal());
    },
  },
  "cut-to-the-end-fail": {
    fault: ({ stage, at }) => at(4.5, () => stage.agents[1].bus.connection.cut()),
  },
  "cut-to-the-end-degrade": {
    policy: "degrade",
    fault: ({ stage, at }) => at(4.5, () => stage.agents[1].bus.connection.cut()),
  },
  "cut-and-heal-late": {
    policy: "degrade",
    fault: ({ stage, at }) => {
      at(4.5, () => stage.agents[1].bus.connection.cut());
      at(12.5, () => stage.agents[1].bus.connection.heal());
    },
  },
  "coordinator-dies-fail": { fault: ({ coordinator, at }) => at(3, () => coordinator.kill()) },
  "coordinator-dies-degrade": {
    policy: "degrade",
    fault: ({ coordinator, at }) => at(3, () => coordinator.kill()),
  },
  "coordinator-dies-orphan-limit": {
    policy: "degrade",
    fault: ({ coordinator, at }) => at(3, () => coordinator.kill()),
  },
  "broker-restart": { fault: ({ stage, at }) => at(4.5, () => stage.broker.restart(3 * S)) },
  "stream-full": { streamBytes: 40_000, fault: () => {} },
  "bad-weather": { weather: stormy, fault: () => {} },
};

function stormy(party: number): Weather {
  const late = { leastNs: 0, mostNs: 0.2 * S };
  return {
    seed: party,
    upNs: { leastNs: 1e6, mostNs: 30e6 },
    downNs: { leastNs: 1e6, mostNs: 30e6 },
    loss: { publish: 0.02, request: 0.02, reply: 0.02, append: 0.02, acknowledgement: 0.02 },
    repeats: [
      { chance: 0.1, afterNs: late },
      { chance: 0.05, afterNs: { leastNs: 300 * S, mostNs: 301 * S } },
    ],
    overtaken: { chance: 0.1, afterNs: late },
    reads: { again: 0.05, shuffled: 4 },
  };
}

for (const [name, setting] of Object.entries(FAULTS)) {
  test(`${name}: ${expected(name).fault}`, async () => {
    const { stage, own, collected, written } = await play(name, setting);
    check(collected, written);
    checkSent(stage, collected, written);
    if (own && name !== "cut-and-heal-late") {
      check(own, written);
      if (name !== "stream-full") expect(collected).toEqual(own as never);
    }
  });
}

for (const phase of ["place", "ready", "clock"] as const) {
  test(`coordinator-dies-before-start: the coordinator is killed in ${phase}`, async () => {
    const written = expected("coordinator-dies-before-start");
    const stage = new FleetStage(settle);
    for (let at = 0; at < 4; at++) stage.addAgent();
    const coordinator = stage.coordinator();
    const order = stage.order(PLAN, [{ count: 4 }]);
    void stage.prepare(order, {
      ...coordinator,
      entered: (entered) => {
        if (entered === phase) stage.clock.after(0, () => coordinator.kill());
      },
    });
    let refusal: unknown;
    let states: string[] = [];
    stage.at(30 * S, () => {
      states = stage.agents.map(({ agent }) => agent.state.is);
      void collect(stage.broker.connect(), order.runId).catch((error) => {
        refusal = error;
      });
    });
    await stage.play(40 * S);
    const sent = stage.runs.flatMap(({ life }) => life.exchanges);
    expect(sent).toHaveLength(written.sent as number);
    expect(states).toEqual(["idle", "idle", "idle", "idle"]);
    expect(String(refusal)).toMatch(/was aborted before it began|keeps no run/);
  });
}
