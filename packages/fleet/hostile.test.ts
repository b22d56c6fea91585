/**
 * What an agent is asked by who means it harm, or is broken: it answers, sends nothing, and is free
 * again. Another sequence: NIGHTJAR_SEED=7.
 */
import { expect, test } from "bun:test";
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { damaged, damagedFrame } from "@nightjar/testkit/damaged-messages.ts";
import { Draws } from "@nightjar/testkit/mutations.ts";
import { readAnswer } from "./border/answer.ts";
import { sha256 } from "./link/hash.ts";
import type { MemoryBus } from "./memory/memory-bus.ts";
import { type Answer, type Claim, encodeMessage, FLEET_PROTOCOL, type Parcel } from "./messages.ts";
import { FleetStage, planFor, S, type StagedAgent } from "./simulation/fleet-stage.ts";
import { agentSubject } from "./subjects.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLAN = planFor({ rate: 20, connections: 4 }, { duration: "4s" });
const SEED = Number(process.env.NIGHTJAR_SEED ?? 1);

const claimOf = (runId: string, more: object = {}): Claim => ({
  ...{ type: "claim", protocol: FLEET_PROTOCOL, version: VERSION, runId, child: "0", attempt: 1 },
  ...{ coordinator: "c", generator: "nightjar", lostAgent: "fail" },
  ...{ leaseNs: 60 * S, orphanNs: S },
  ...more,
});

const SHARE = { from: 0, to: 4, of: 4 };

function prepareOf(runId: string, more: object = {}): Message {
  const order = { plan: PLAN, share: SHARE, runId, child: "0", incarnation: 0, from: 0 };
  return { type: "prepare", order: { ...order, assets: {}, ...more } };
}

function parcelOf(runId: string, number: number, message: unknown, more: object = {}): Parcel {
  const bytes = encodeFrame(message);
  const whole = { type: "parcel", runId, number, part: 0, parts: 1 } as const;
  return { ...whole, sha256: sha256(bytes), bytes, ...more };
}

/** One agent and who asks it, in virtual time. */
class Asking {
  readonly stage = new FleetStage(settle);
  readonly agent: StagedAgent = this.stage.addAgent();
  private readonly bus: MemoryBus = this.stage.broker.connect();

  get nowNs(): number {
    return this.stage.clock.nowNs();
  }

  async ask(payload: Uint8Array): Promise<Answer> {
    const answer = readAnswer(await this.bus.request(agentSubject("agent0"), payload, S));
    if (answer === undefined) throw new Error("it has answered with no answer of ours");
    return answer;
  }

  pause(ns: number): Promise<void> {
    return new Promise((resolve) => this.stage.clock.after(ns, resolve));
  }

  /** Whatever it was claimed for. */
  async free(): Promise<void> {
    const { state } = this.agent.agent;
    if (state.is === "busy") {
      const release = {
        type: "release",
        runId: state.runId,
        attempt: 2 ** 31,
        reason: "",
      } as const;
      await this.ask(encodeMessage(release));
      await this.pause(0.1 * S);
    }
    expect(this.agent.agent.state).toEqual({ is: "idle" });
  }

  /** What it has sent to targets. */
  get sent(): number {
    const all = this.stage.runs.flatMap(({ life }) => life.exchanges);
    return all.filter(({ sentNs }) => Number.isFinite(sentNs)).length;
  }

  async play(act: () => Promise<void>, forNs = 40 * 3600 * S): Promise<void> {
    let fault: unknown;
    const acted = act().catch((error) => {
      fault = error;
    });
    void acted.then(() => this.agent.agent.leave("the test is over"));
    this.stage.at(forNs, () => {});
    await this.stage.clock.run(settle);
    await acted;
    if (fault) throw fault;
  }
}

async function reasonFor(asked: object | Uint8Array, before: readonly object[] = []) {
  const asking = new Asking();
  let reason = "";
  await asking.play(async () => {
    for (const question of before) await asking.ask(encodeMessage(question as Claim));
    if (before.length > 1) await asking.pause(0.1 * S);
    const payload = asked instanceof Uint8Array ? asked : encodeMessage(asked as Claim);
    const answer = await asking.ask(payload);
    reason = answer.type === "refused" ? answer.reason : answer.type;
    await asking.pause(S);
    await asking.free();
  }, 100 * S);
  expect(asking.sent).toBe(0);
  return reason;
}

const NO_QUESTION = "that is no question of a fleet: ";

test.each<[string, object | Uint8Array, string]>([
  ["nothing", new Uint8Array(), `${NO_QUESTION}it is no message`],
  ["bytes", Uint8Array.from({ length: 99 }, (_, at) => at), `${NO_QUESTION}it is no message`],
  ["no type", { a: 1 }, `${NO_QUESTION}its type is unknown`],
  ["another type", { type: "__proto__" }, `${NO_QUESTION}its type is unknown`],
  ["no lease", claimOf("r", { leaseNs: 0 }), `${NO_QUESTION}claim.leaseNs: `],
  ["endless", claimOf("r", { leaseNs: Number.POSITIVE_INFINITY }), `${NO_QUESTION}claim.leaseNs: `],
  ["a lease below 0", claimOf("r", { leaseNs: -1 }), `${NO_QUESTION}claim.leaseNs: `],
  ["a lease in words", claimOf("r", { leaseNs: "5s" }), `${NO_QUESTION}claim.leaseNs: `],
  ["alone for years", claimOf("r", { orphanNs: 1e18 }), `${NO_QUESTION}claim.orphanNs: `],
  ["alone below 0", claimOf("r", { orphanNs: -1 }), `${NO_QUESTION}claim.orphanNs: `],
  ["dots", claimOf("a.b"), `${NO_QUESTION}claim.runId: `],
  ["wildcards", claimOf("*"), `${NO_QUESTION}claim.runId: `],
  ["blanks", claimOf("a b"), `${NO_QUESTION}claim.runId: `],
  ["10 kB", claimOf("a".repeat(10_000)), `${NO_QUESTION}claim.runId: `],
  ["a child >", claimOf("r", { child: ">" }), `${NO_QUESTION}claim.child: `],
  ["no attempt", claimOf("r", { attempt: Number.NaN }), `${NO_QUESTION}claim.attempt: `],
  ["a third policy", claimOf("r", { lostAgent: "ignore" }), `${NO_QUESTION}claim.lostAgent: `],
  ["__proto__", claimOf("r", { generator: "__proto__" }), 'has no generator "__proto__"'],
  ["toString", claimOf("r", { generator: "toString" }), 'has no generator "toString"'],
  ["another version", { type: "claim", protocol: 9, version: "\u001b[2J" }, "run the same"],
])("a claim is refused, or what is none: %s", async (_, asked, reason) => {
  if (reason === "run the same") expect(await reasonFor(asked)).toContain("coordinator ·[2J (9)");
  else expect(await reasonFor(asked)).toContain(reason);
});

const PREPARED = [claimOf("r"), parcelOf("r", 1, prepareOf("r"))];

test.each<[string, Parcel, string]>([
  ["part 1 of 1", parcelOf("r", 1, {}, { part: 1 }), `${NO_QUESTION}parcel.part: `],
  ["a million parts", parcelOf("r", 1, {}, { parts: 1e6 }), `${NO_QUESTION}parcel.parts: `],
  ["no parts", parcelOf("r", 1, {}, { parts: 0 }), `${NO_QUESTION}parcel.parts: `],
  ["no bytes", parcelOf("r", 1, {}, { bytes: "abc" }), `${NO_QUESTION}parcel.bytes: `],
  ["no hash", parcelOf("r", 1, {}, { sha256: "abc" }), `${NO_QUESTION}parcel.sha256: `],
  ["another hash", parcelOf("r", 1, {}, { sha256: "0".repeat(64) }), "its hash is not that of"],
  ["what is to come", parcelOf("r", 7, {}), "message 7 came before message 1"],
  ["no message", parcelOf("r", 1, { type: "event" }), "an order is malformed: type"],
  ["a list", parcelOf("r", 1, []), "an order is malformed: "],
  ["an order without a share", parcelOf("r", 1, prepareOf("r", { share: {} })), "order.share.from"],
  ["more than there is", parcelOf("r", 1, prepareOf("r", { share: { ...SHARE, to: 9 } })), "share"],
  ["limits", parcelOf("r", 1, prepareOf("r", { limits: [] })), "malformed: order: "],
  ["text for a file", parcelOf("r", 1, prepareOf("r", { assets: { a: "b" } })), "order.assets.a"],
])("an order is refused: %s", async (_, parcel, reason) => {
  expect(await reasonFor(parcel, [claimOf("r")])).toContain(reason);
});

test.each<[string, Message | object, string]>([
  ["a second order", prepareOf("r"), "an order is malformed: it has its order"],
  ["no T0", { type: "start", t0Ns: Number.NaN }, "an order is malformed: t0Ns"],
  ["T0 an hour ago", { type: "start", t0Ns: -3600 * S }, "an order is malformed: T0 is 3600s away"],
  ["T0 in a year", { type: "start", t0Ns: 3e16 }, "an order is malformed: T0 is 30000000s away"],
  ["no number of calls", { type: "stop", reason: "", call: -1 }, "an order is malformed: call"],
  ["calls without end", { type: "stop", reason: "", call: 2 ** 52 }, "taken"],
])("who is ready refuses, and starts nothing: %s", async (_, message, reason) => {
  expect(await reasonFor(parcelOf("r", 2, message), PREPARED)).toStartWith(reason);
});

test.each<[string, object]>([
  ["no plan", { plan: {} }],
  ["a plan of another generator", { plan: { ...PLAN, generator: "fortio" } }],
  ["a plan of more connections", { plan: planFor({ rate: 20, connections: 9 }) }],
  ["a plan that is no text", { plan: { ...PLAN, name: 1n, seed: new Uint8Array(2) } }],
  ["another run", { runId: "other" }],
  ["another child", { child: "1" }],
])("an order that is not what was claimed comes to nothing: %s", async (_, more) => {
  const asking = new Asking();
  await asking.play(async () => {
    await asking.ask(encodeMessage(claimOf("r")));
    await asking.ask(encodeMessage(parcelOf("r", 1, prepareOf("r", more))));
    await asking.pause(S);
    expect(asking.agent.agent.state).toEqual({ is: "idle" });
  }, 100 * S);
  expect(asking.stage.runs).toEqual([]);
});

test("an order larger than any is let go of", async () => {
  const asking = new Asking();
  const bytes = new Uint8Array(900_000);
  const parcel = (part: number) => parcelOf("r", 1, {}, { part, parts: 1000, bytes });
  await asking.play(async () => {
    await asking.ask(encodeMessage(claimOf("r")));
    const answers: Answer[] = [];
    for (let part = 0; part < 60; part++) {
      answers.push(await asking.ask(encodeMessage(parcel(part))));
    }
    expect(answers.filter(({ type }) => type === "taken")).toHaveLength(18);
    await asking.free();
  }, 100 * S);
});

/** What a coordinator may say next, as far as it is not damaged. */
function questionFor(draws: Draws, runId: string, nowNs: number): Uint8Array {
  const t0Ns = nowNs + S;
  const downs = [
    ...[prepareOf(runId), { type: "start", t0Ns }, { type: "stop", reason: "", call: 1 }],
    { type: "cancel" },
  ];
  const number = draws.of([1, 2, 3]);
  const inside = parcelOf(runId, number, damaged(draws.of(downs), draws));
  const questions = [
    ...[claimOf(runId), parcelOf(runId, number, draws.of(downs)), { type: "beat", runId, number }],
    { type: "release", runId, attempt: 1, reason: "" },
  ];
  return draws.chance(0.3) ? encodeMessage(inside) : damagedFrame(draws.of(questions), draws);
}

test("of ten thousand damaged questions none does more harm than to be refused", async () => {
  const asking = new Asking();
  const draws = new Draws(SEED);
  await asking.play(async () => {
    // Small numbers are no times any more.
    await asking.pause(100 * S);
    for (let trial = 0; trial < 2_500; trial++) {
      const runId = `r${trial}`;
      if (draws.chance(0.8)) await asking.ask(encodeMessage(claimOf(runId)));
      if (draws.chance(0.5)) await asking.ask(encodeMessage(parcelOf(runId, 1, prepareOf(runId))));
      for (let nth = 0; nth < 4; nth++) {
        await asking.ask(questionFor(draws, runId, asking.nowNs));
        if (draws.chance(0.2)) await asking.pause(0.05 * S);
      }
      await asking.free();
    }
  });
  expect({ seed: SEED, sent: asking.sent }).toEqual({ seed: SEED, sent: 0 });
}, 120_000);
