import { expect, test } from "bun:test";
import { asked, MemoryWorld, number, range } from "@nightjar/testkit/memory-world.ts";

const ALWAYS = { leastNs: 1e6, mostNs: 1e6 };

test("cut and healed: what was sent meanwhile is lost, and reading goes on", async () => {
  const world = new MemoryWorld();
  const party = world.broker.connect({ seed: 9, upNs: ALWAYS, downNs: ALWAYS });
  const heard = world.heard(party);
  const toCalm = world.heard(world.calm, "y");
  const read = await world.read(party);
  world.at(2.5e9, () => party.connection.cut());
  world.at(6.5e9, () => party.connection.heal());
  const faults: unknown[] = [];
  world.each(10, 1e9, (n) => {
    world.calm.publish("x", number(n));
    party.publish("y", number(n));
    void world.calm.append("s.x", number(n), `${n}`);
    party.append("s.y", number(100 + n), `y${n}`).catch(({ fault }) => {
      expect(party.isConnected).toBe(false);
      faults.push([n, fault]);
    });
  });
  await world.play();
  const through = [0, 1, 2, 7, 8, 9];
  expect(heard.map(({ n }) => n)).toEqual(through);
  expect(toCalm.map(({ n }) => n)).toEqual(through);
  expect(faults).toEqual([3, 4, 5, 6].map((n) => [n, "no answer"]));
  expect(read.filter((n) => n < 100)).toEqual(range(10));
  expect(read.filter((n) => n >= 100)).toEqual(through.map((n) => n + 100));
});

test("a party that is cut has no listeners, and what was under way is lost", async () => {
  const world = new MemoryWorld();
  const party = world.broker.connect({ seed: 10, upNs: ALWAYS, downNs: ALWAYS });
  const heard = world.heard(party);
  const fates = asked(world, world.calm, 4, 1e9);
  world.at(1e9 + 0.5e6, () => party.connection.cut());
  world.at(2.5e9, () => party.connection.heal());
  await world.play();
  expect(fates).toEqual([
    { fate: "answered", tookNs: 2e6 },
    { fate: "no answer", tookNs: 2e9 },
    { fate: "no answer", tookNs: 0 },
    { fate: "answered", tookNs: 2e6 },
  ]);
  expect(heard.map(({ n }) => n)).toEqual([0, 3]);
});

test("half open, nobody notices for a while", async () => {
  const world = new MemoryWorld();
  const party = world.broker.connect();
  world.heard(party);
  const read = await world.read(party);
  const fates = asked(world, world.calm, 8, 1e9, 0.5e9);
  world.each(8, 1e9, (n) => void world.calm.append("s.x", number(n), `${n}`));
  const connected: boolean[] = [];
  world.each(8, 1e9, () => connected.push(party.isConnected));
  world.at(1.5e9, () => party.connection.silence(3e9));
  world.at(6.5e9, () => party.connection.heal());
  await world.play();
  expect(connected).toEqual([true, true, true, true, true, false, false, true]);
  const none = (tookNs: number) => ({ fate: "no answer", tookNs });
  const yes = { fate: "answered", tookNs: 0 };
  expect(fates).toEqual([yes, yes, none(0.5e9), none(0.5e9), none(0.5e9), none(0), none(0), yes]);
  expect(read).toEqual(range(8));
});

test("half open and healed before anybody noticed, it is not cut later", async () => {
  const world = new MemoryWorld();
  const party = world.broker.connect();
  const heard = world.heard(party);
  world.at(1.5e9, () => party.connection.silence(3e9));
  world.at(2.5e9, () => party.connection.heal());
  world.each(8, 1e9, (n) => world.calm.publish("x", number(n)));
  await world.play();
  expect(heard.map(({ n }) => n)).toEqual([0, 1, 3, 4, 5, 6, 7]);
});

test("a stall delays everything, in order", async () => {
  const world = new MemoryWorld();
  const party = world.broker.connect({ seed: 11, upNs: ALWAYS, downNs: ALWAYS });
  const heard = world.heard(party);
  world.each(5, 1e9, (n) => world.calm.publish("x", number(n)));
  world.at(1e9 + 0.5e6, () => party.connection.stall(2.5e9));
  await world.play();
  const stalledNs = 3.5e9 + 0.5e6;
  expect(heard).toEqual([
    { n: 0, atNs: 1e6 },
    ...[1, 2, 3].map((n) => ({ n, atNs: stalledNs })),
    { n: 4, atNs: 4e9 + 1e6 },
  ]);
});

test("a broker that restarts cuts all, and keeps its streams and the ids in them", async () => {
  const world = new MemoryWorld();
  const party = world.broker.connect({ seed: 12, reconnectNs: { leastNs: 1e9, mostNs: 1e9 } });
  const cut = world.broker.connect();
  const read = await world.read(party);
  const during: boolean[] = [];
  world.at(1e9, () => void world.calm.append("s.x", number(1), "1"));
  world.at(2e9, () => world.broker.restart(3e9));
  world.at(2.5e9, () => cut.connection.cut());
  for (const atNs of [3e9, 5.5e9, 6.5e9]) {
    world.at(atNs, () => {
      const late = world.broker.connect();
      during.push(world.calm.isConnected, party.isConnected, cut.isConnected, late.isConnected);
    });
  }
  world.at(5.5e9, () => void world.calm.append("s.x", number(1), "1"));
  world.at(5.6e9, () => void world.calm.append("s.x", number(2), "2"));
  await world.play();
  const [no, yes] = [false, true];
  expect(during).toEqual([no, no, no, no, yes, no, no, yes, yes, yes, no, yes]);
  expect(read).toEqual([1, 2]);
});
