import { expect, test } from "bun:test";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import type { Bus, BusError, Stored } from "../bus.ts";
import { type BrokerLimits, MemoryBroker } from "./broker.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const LARGE = { bytes: 1e6, ageNs: 1e15 };
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);
const bytes = (of: string) => new TextEncoder().encode(of);
const faultOf = (error: BusError) => error.fault;

function world(limits: Partial<BrokerLimits> = {}) {
  const clock = new VirtualClock();
  const broker = new MemoryBroker(clock, limits);
  return { clock, broker, a: broker.connect(), b: broker.connect(), c: broker.connect() };
}

/** What a reader has read so far. */
function follow(bus: Bus, name: string, from = 1, signal = new AbortController().signal) {
  const read: Stored[] = [];
  const ended = (async () => {
    for await (const stored of bus.read(name, from, signal)) read.push(stored);
    return "ended";
  })().catch(faultOf);
  return { read, ended, texts: () => read.map(({ payload }) => text(payload)) };
}

test("who listens hears what is published, in order and not within the call", async () => {
  const { a, b, c } = world();
  const heard: string[] = [];
  b.subscribe("x.one", (payload) => void heard.push(`b ${text(payload)}`));
  const end = c.subscribe(
    "x.*",
    (payload, subject) => void heard.push(`${subject} ${text(payload)}`),
  );
  a.publish("x.one", bytes("1"));
  a.publish("x.two", bytes("2"));
  a.publish("x", bytes("3"));
  a.publish("x.one.deep", bytes("4"));
  expect(heard).toEqual([]);
  await settle();
  expect(heard).toEqual(["b 1", "x.one 1", "x.two 2"]);
  end();
  a.publish("x.two", bytes("5"));
  await settle();
  expect(heard).toHaveLength(3);
});

test("what was under way to a subscription that has ended is not heard", async () => {
  const { a, b } = world();
  let heard = 0;
  const end = b.subscribe("x", () => void heard++);
  a.publish("x", bytes("1"));
  end();
  await settle();
  expect(heard).toBe(0);
});

test("a request has one answer", async () => {
  const { a, b } = world();
  b.subscribe("x.*", (payload, subject) => bytes(`${subject} ${text(payload)}`));
  expect(text(await a.request("x.y", bytes("?"), 1e9))).toBe("x.y ?");
});

test("nobody listens: no answer, at once", async () => {
  const { clock, a } = world();
  expect(await a.request("x", bytes(""), 1e9).catch(faultOf)).toBe("no answer");
  expect(clock.nowNs()).toBe(0);
});

test("who listens and does not answer: no answer, after the limit", async () => {
  const { clock, a, b } = world();
  b.subscribe("x", () => undefined);
  const asked = a.request("x", bytes(""), 3e9).catch(faultOf);
  await clock.run(settle);
  expect([await asked, clock.nowNs()]).toEqual(["no answer", 3e9]);
});

test("a stream keeps what was appended, for readers that come early and late", async () => {
  const { a, b } = world();
  await a.createStream("S", "s.1", LARGE);
  const aborter = new AbortController();
  const early = follow(b, "S", 1, aborter.signal);
  for (const each of ["p", "q", "r"]) await a.append("s.1.up.x", bytes(each), each);
  const late = follow(a, "S", 2, aborter.signal);
  await settle();
  expect(early.texts()).toEqual(["p", "q", "r"]);
  expect(early.read.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(early.read[0].subject).toBe("s.1.up.x");
  expect(late.texts()).toEqual(["q", "r"]);
  await b.append("s.1.log", bytes("t"), "t");
  await settle();
  expect(late.texts()).toEqual(["q", "r", "t"]);
  aborter.abort();
  expect(await Promise.all([early.ended, late.ended])).toEqual(["ended", "ended"]);
  expect((await a.streamState("S")).lastSequence).toBe(4);
});

test("a reader that leaves and one whose connection is closed end", async () => {
  const { a, b } = world();
  await a.createStream("S", "s", LARGE);
  await a.append("s.x", bytes("1"), "1");
  for await (const { sequence } of b.read("S", 1, new AbortController().signal)) {
    expect(sequence).toBe(1);
    break;
  }
  const reading = follow(b, "S");
  await settle();
  await b.close();
  expect(await reading.ended).toBe("ended");
});

test("streams are created once, named and deleted", async () => {
  const { a, b } = world();
  await a.createStream("A_1", "s.1", LARGE);
  await a.append("s.1.x", bytes("1"), "1");
  await b.createStream("A_1", "s.1", LARGE);
  await b.createStream("A_2", "s.2", LARGE);
  await b.createStream("B_1", "t", LARGE);
  expect(await b.streams("A_")).toEqual(["A_1", "A_2"]);
  expect((await b.streamState("A_1")).lastSequence).toBe(1);
  expect(await b.createStream("C", "s.2.deep", LARGE).catch(faultOf)).toBe("not allowed");
  const reading = follow(a, "A_1");
  await settle();
  await b.deleteStream("A_1");
  await b.deleteStream("A_1");
  expect(await reading.ended).toBe("no such stream");
  expect(await a.streamState("A_1").catch(faultOf)).toBe("no such stream");
  expect(await a.append("s.1.x", bytes("2"), "2").catch(faultOf)).toBe("no such stream");
  expect(await follow(a, "A_1").ended).toBe("no such stream");
  expect(await a.streams("A_")).toEqual(["A_2"]);
});

test("a stream that is full refuses, and keeps what it holds", async () => {
  const { a } = world({ storageBytes: 1500 });
  await a.createStream("S", "s", { bytes: 1000, ageNs: 1e15 });
  await a.createStream("T", "t", LARGE);
  for (const id of ["1", "2"]) await a.append("s.x", new Uint8Array(400), id);
  expect(await a.append("s.x", new Uint8Array(400), "3").catch(faultOf)).toBe("full");
  await a.append("s.x", new Uint8Array(100), "4");
  expect((await a.streamState("S")).lastSequence).toBe(3);
  expect(await a.append("t.x", new Uint8Array(700), "5").catch(faultOf)).toBe("full");
});

test("what is too old is gone, and counts no more", async () => {
  const { clock, a } = world();
  await a.createStream("S", "s", { bytes: 1000, ageNs: 10e9 });
  for (let second = 0; second < 3000; second++)
    clock.after(second * 1e9, () => void a.append("s.x", new Uint8Array(50), `${second}`));
  let held: Stored[] = [];
  clock.after(3000e9, async () => {
    const reading = follow(a, "S");
    await settle();
    held = reading.read;
  });
  await clock.run(settle);
  expect(held.map(({ sequence }) => sequence)).toEqual([
    2992, 2993, 2994, 2995, 2996, 2997, 2998, 2999, 3000,
  ]);
  expect(await a.streamState("S")).toMatchObject({ lastSequence: 3000, bytes: 9 * 53 });
});

test("an id that was seen within the window is left out, and one of before is not", async () => {
  const { clock, a } = world({ duplicateWindowNs: 10e9 });
  await a.createStream("S", "s", LARGE);
  for (const atNs of [0, 9e9, 10e9, 19e9, 30e9])
    clock.after(atNs, () => void a.append("s.x", bytes(String(atNs)), "same"));
  await clock.run(settle);
  const reading = follow(a, "S");
  await settle();
  expect(reading.texts()).toEqual(["0", String(10e9), String(30e9)]);
});

test("a closed connection sends what was published, and nothing more", async () => {
  const { a, b } = world();
  const heard: string[] = [];
  b.subscribe("x", (payload) => void heard.push(text(payload)));
  a.subscribe("y", () => bytes("here"));
  const asked = a.request("x", bytes("1"), 1e9).catch(faultOf);
  a.publish("x", bytes("2"));
  await a.close();
  a.publish("x", bytes("3"));
  await settle();
  expect(heard).toEqual(["1", "2"]);
  expect(await asked).toBe("no answer");
  expect(a.isConnected).toBe(false);
  expect(await a.append("s.x", bytes("4"), "4").catch(faultOf)).toBe("no answer");
  expect(await b.request("y", bytes(""), 1e9).catch(faultOf)).toBe("no answer");
});

test("a payload that is too long is a programmer's error", () => {
  const { a } = world({ maxPayloadBytes: 10 });
  expect(() => a.publish("x", new Uint8Array(11))).toThrow("a payload is no longer");
});
