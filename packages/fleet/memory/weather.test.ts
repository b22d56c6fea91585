import { expect, test } from "bun:test";
import { asked, MemoryWorld, number, range, settle } from "@nightjar/testkit/memory-world.ts";
import type { Weather } from "./weather.ts";

const LARGE = { bytes: 1e9, ageNs: 1e15 };
const ALWAYS = { leastNs: 1e6, mostNs: 1e6 };
const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

test("each way has its delay, and nothing overtakes", async () => {
  const world = new MemoryWorld();
  const upNs = { leastNs: 1e6, mostNs: 50e6 };
  const sender = world.broker.connect({ seed: 1, upNs });
  const heard = world.heard(world.calm);
  world.each(500, 1e6, (n) => sender.publish("x", number(n)));
  await world.play();
  expect(heard.map(({ n }) => n)).toEqual(range(500));
  for (const { n, atNs } of heard) {
    expect(atNs).toBeGreaterThanOrEqual(n * 1e6 + 1e6);
    expect(atNs).toBeLessThan(n * 1e6 + 50e6);
  }
});

test("a request takes the delays of both parties, there and back", async () => {
  const world = new MemoryWorld();
  const near = world.broker.connect({
    seed: 1,
    upNs: ALWAYS,
    downNs: { leastNs: 2e6, mostNs: 2e6 },
  });
  const far = world.broker.connect({
    seed: 2,
    upNs: { leastNs: 4e6, mostNs: 4e6 },
    downNs: ALWAYS,
  });
  world.heard(far);
  const fates = asked(world, near, 3, 1e9);
  await world.play();
  expect(fates).toEqual(range(3).map(() => ({ fate: "answered", tookNs: 8e6 })));
});

test("with steps, arrivals lie on whole multiples", async () => {
  const world = new MemoryWorld();
  const weather = { seed: 3, upNs: { leastNs: 0, mostNs: 20e6 }, stepNs: 5e6 };
  const sender = world.broker.connect(weather);
  const heard = world.heard(world.calm);
  world.each(200, 1.3e6, (n) => sender.publish("x", number(n)));
  await world.play();
  expect(heard.map(({ n }) => n)).toEqual(range(200));
  for (const { atNs } of heard) expect(atNs % 5e6).toBe(0);
});

test("the same weather comes again with the same seed, and another with another", async () => {
  const once = async (seed: number) => {
    const world = new MemoryWorld();
    const sender = world.broker.connect({
      seed,
      upNs: { leastNs: 0, mostNs: 20e6 },
      loss: { publish: 0.2 },
      repeats: [{ chance: 0.2, afterNs: { leastNs: 0, mostNs: 1e9 } }],
    });
    const heard = world.heard(world.calm);
    world.each(200, 1e6, (n) => sender.publish("x", number(n)));
    await world.play();
    return heard;
  };
  expect(await once(7)).toEqual(await once(7));
  expect(await once(8)).not.toEqual(await once(7));
});

test.each<[keyof NonNullable<Weather["loss"]>, boolean]>([
  ["request", false],
  ["reply", true],
])("a lost %s shows after the limit", async (freight, isHeard) => {
  const world = new MemoryWorld();
  const bus = world.broker.connect({ seed: 5, loss: { [freight]: 0.3 } });
  const heard = world.heard(world.calm);
  const fates = asked(world, bus, 300, 1e9);
  await world.play();
  const lost = fates.filter(({ fate }) => fate === "no answer");
  expect(lost.length).toBeGreaterThan(50);
  expect(lost.length).toBeLessThan(150);
  for (const { tookNs } of lost) expect(tookNs).toBe(2e9);
  for (const { fate, tookNs } of fates) if (fate === "answered") expect(tookNs).toBe(0);
  expect(heard).toHaveLength(isHeard ? 300 : 300 - lost.length);
});

test("a lost append is not stored; that of a lost acknowledgement is", async () => {
  const world = new MemoryWorld();
  const bus = world.broker.connect({ seed: 6, loss: { append: 0.2, acknowledgement: 0.2 } });
  const read = await world.read(world.calm);
  const refused = new Set<number>();
  world.each(
    400,
    1e6,
    (n) => void bus.append("s.x", number(n), `${n}`).catch(() => refused.add(n)),
  );
  await world.play();
  const stored = new Set(read);
  const isStored = [...refused].filter((n) => stored.has(n));
  expect(isStored.length).toBeGreaterThan(30);
  expect(refused.size - isStored.length).toBeGreaterThan(30);
  for (const n of range(400)) expect(stored.has(n) || refused.has(n)).toBe(true);
  expect(read).toEqual(ascending([...stored]));
});

test("repeats come soon and after minutes; the broker knows the ids of its window", async () => {
  const world = new MemoryWorld();
  const afterNs = { leastNs: 300e9, mostNs: 400e9 };
  const repeats = [
    { chance: 0.3, afterNs: { leastNs: 0, mostNs: 1e9 } },
    { chance: 0.1, afterNs },
  ];
  const bus = world.broker.connect({ seed: 7, repeats });
  const heard = world.heard(world.calm);
  const read = await world.read(world.calm);
  world.each(300, 1e6, (n) => {
    bus.publish("x", number(n));
    void bus.append("s.x", number(n), `${n}`);
  });
  await world.play();
  const late = heard.filter(({ atNs }) => atNs >= 300e9);
  expect(late.length).toBeGreaterThan(15);
  expect(heard.length - late.length).toBeGreaterThan(350);
  expect(new Set(heard.map(({ n }) => n)).size).toBe(300);
  expect(read.slice(0, 300)).toEqual(range(300));
  expect(read.length).toBeGreaterThan(315);
  expect(read.length).toBeLessThan(360);
});

test("what is overtaken comes later, and nothing is lost", async () => {
  const world = new MemoryWorld();
  const overtaken = { chance: 0.2, afterNs: { leastNs: 0, mostNs: 100e6 } };
  const heard = world.heard(world.broker.connect({ seed: 8, overtaken }));
  world.each(300, 1e6, (n) => world.calm.publish("x", number(n)));
  await world.play();
  const order = heard.map(({ n }) => n);
  expect(order).not.toEqual(range(300));
  expect(ascending(order)).toEqual(range(300));
});

test("asked for disorder, readers get all of it, some again and in any order", async () => {
  const world = new MemoryWorld();
  const party = world.broker.connect({ seed: 13, reads: { again: 0.2, shuffled: 10 } });
  await world.calm.createStream("S", "s", LARGE);
  for (const n of range(500)) await world.calm.append("s.x", number(n), `${n}`);
  const read = await world.read(party);
  await settle();
  expect(read.length).toBeGreaterThan(550);
  expect(ascending([...new Set(read)])).toEqual(range(500));
  const first = [...new Set(read)];
  expect(first).not.toEqual(range(500));
});
