/** What an agent has to say while the broker takes it, is away, is full, or knows of no stream. */
import { expect, test } from "bun:test";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import { MemoryBroker } from "../memory/broker.ts";
import type { MemoryBus } from "../memory/memory-bus.ts";
import type { Weather } from "../memory/weather.ts";
import { Assembler } from "../parcel.ts";
import { Backlog, type Letter } from "./backlog.ts";
import { Outbox } from "./outbox.ts";

const S = 1e9;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const LIMITS = { bytes: 1e6, ageNs: 3600 * S };

class Scene {
  readonly clock = new VirtualClock();
  readonly broker = new MemoryBroker(this.clock, { maxPayloadBytes: 100 });
  readonly bus: MemoryBus;
  readonly outbox: Outbox;

  constructor(bytes = 1000, weather?: Weather) {
    this.bus = this.broker.connect(weather);
    const { bus, clock } = this;
    this.outbox = new Outbox({ bus, clock, subject: "run.r.up.0", sender: "a", bytes });
  }

  async open(bytes = LIMITS.bytes): Promise<void> {
    const created = this.bus.createStream("R", "run.r", { ...LIMITS, bytes });
    await this.clock.run(settle);
    await created;
  }

  /** Ten bytes, of which each is `value`. */
  put(value: number, isSnapshot = true, length = 10): void {
    this.outbox.put(new Uint8Array(length).fill(value), isSnapshot);
  }

  /** The first byte of each message that the stream holds. */
  async stored(): Promise<number[]> {
    const bus = this.broker.connect();
    const { lastSequence } = await bus.streamState("R");
    const aborter = new AbortController();
    const assembler = new Assembler();
    const values: number[] = [];
    if (lastSequence === 0) return values;
    for await (const { payload, sequence } of bus.read("R", 1, aborter.signal)) {
      const whole = assembler.add(payload);
      if (whole) values.push(whole[0]);
      if (sequence === lastSequence) aborter.abort();
    }
    return values;
  }
}

test("what is put arrives in order, and then nothing waits", async () => {
  const scene = new Scene();
  await scene.open();
  for (let at = 1; at <= 5; at++) scene.put(at);
  expect(scene.outbox.waiting).toBe(5);
  let isEmpty = false;
  void scene.outbox.empty().then(() => {
    isEmpty = true;
  });
  await scene.clock.run(settle);
  expect({ isEmpty, waiting: scene.outbox.waiting, fault: scene.outbox.fault }).toEqual({
    ...{ isEmpty: true, waiting: 0, fault: null },
  });
  expect(await scene.stored()).toEqual([1, 2, 3, 4, 5]);
});

test("a message longer than a payload goes in parts, and is whole again", async () => {
  const scene = new Scene();
  await scene.open();
  scene.put(7, true, 500);
  await scene.clock.run(settle);
  expect(await scene.stored()).toEqual([7]);
});

test("while the broker is away it keeps what it can: the oldest snapshots go", async () => {
  const scene = new Scene(55);
  await scene.open();
  scene.broker.goAway();
  for (let at = 1; at <= 9; at++) {
    scene.clock.after(at * S, () => scene.put(at, at !== 1 && at !== 4));
  }
  scene.clock.after(20 * S, () => scene.broker.comeBack());
  await scene.clock.run(settle);
  expect(scene.outbox.discarded).toBe(4);
  expect(await scene.stored()).toEqual([1, 4, 7, 8, 9]);
  expect(scene.outbox.fault).toBeNull();
});

test("what may not go is kept beyond all room", async () => {
  const scene = new Scene(25);
  await scene.open();
  scene.broker.goAway();
  for (let at = 1; at <= 6; at++) scene.put(at, false);
  scene.put(7);
  scene.clock.after(S, () => scene.broker.comeBack());
  await scene.clock.run(settle);
  expect(scene.outbox.discarded).toBe(1);
  expect(await scene.stored()).toEqual([1, 2, 3, 4, 5, 6]);
});

test("lost on its way, or on the way back, it is sent again, and is there once", async () => {
  const scene = new Scene(1000, { seed: 5, loss: { append: 0.3, acknowledgement: 0.3 } });
  await scene.open();
  for (let at = 1; at <= 60; at++) scene.put(at);
  await scene.clock.run(settle);
  const stored = await scene.stored();
  expect(stored.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
});

test("a full stream is said, and asked again; what it has taken since is said too", async () => {
  const scene = new Scene();
  await scene.open(80);
  for (let at = 1; at <= 3; at++) scene.put(at);
  const faults: unknown[] = [];
  scene.clock.after(3 * S, () => {
    faults.push(scene.outbox.fault, scene.outbox.waiting);
    scene.outbox.close();
  });
  await scene.clock.run(settle);
  expect(faults).toEqual(["full", 1]);
  expect(await scene.stored()).toEqual([1, 2]);
});

test("without a stream nobody waits for what it has to say", async () => {
  const scene = new Scene();
  scene.put(1);
  scene.put(2);
  await scene.clock.run(settle);
  await scene.outbox.empty();
  scene.put(3);
  expect([scene.outbox.waiting, scene.outbox.fault]).toEqual([0, "no such stream"]);
});

test("closed, it lets go of all, and takes nothing", async () => {
  const scene = new Scene();
  await scene.open();
  scene.broker.goAway();
  scene.put(1);
  scene.outbox.close();
  scene.put(2);
  await scene.outbox.empty();
  scene.broker.comeBack();
  await scene.clock.run(settle);
  expect(await scene.stored()).toEqual([]);
});

test("when something was last acknowledged", async () => {
  const late = { leastNs: 3e8, mostNs: 3e8 };
  const scene = new Scene(1000, { seed: 1, upNs: late, downNs: late });
  await scene.open();
  expect(scene.outbox.acknowledgedNs).toBe(Number.NEGATIVE_INFINITY);
  const fromNs = scene.clock.nowNs();
  scene.put(1);
  await scene.clock.run(settle);
  expect(scene.outbox.acknowledgedNs - fromNs).toBe(6e8);
});

const letter = (number: number, isSnapshot = true): Letter => ({
  ...{ number, isSnapshot, bytes: new Uint8Array(1) },
});

test("a backlog: what is given back stands in front, in its order", () => {
  const backlog = new Backlog();
  for (let at = 1; at <= 5; at++) backlog.put(letter(at));
  const taken = [backlog.take(), backlog.take(), backlog.take()] as Letter[];
  for (const one of taken.toReversed()) backlog.giveBack(one);
  const numbers = Array.from({ length: 6 }, () => backlog.take()?.number);
  expect(numbers).toEqual([1, 2, 3, 4, 5, undefined]);
});

test("a backlog of many, of which the oldest go while others come, loses and repeats none", () => {
  const backlog = new Backlog();
  const [out, dropped]: number[][] = [[], []];
  for (let at = 1; at <= 50_000; at++) {
    backlog.put(letter(at, at % 1000 !== 0));
    if (at % 3 === 0) out.push(backlog.take()?.number as number);
    if (at % 2 === 0) dropped.push(backlog.takeSnapshot()?.number as number);
  }
  for (let one = backlog.take(); one !== undefined; one = backlog.take()) out.push(one.number);
  expect(out).toEqual(out.toSorted((a, b) => a - b));
  expect(dropped).toEqual(dropped.toSorted((a, b) => a - b));
  expect(new Set([...out, ...dropped]).size).toBe(50_000);
  expect(dropped.every((number) => number % 1000 !== 0)).toBe(true);
});
