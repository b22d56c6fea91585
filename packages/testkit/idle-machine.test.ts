import { expect, test } from "bun:test";
import { awaitIdleMachine, type CpuTicks, idleShare, parseCpuTicks } from "./idle-machine.ts";

test("waiting for the disk is idle; guest time is not counted twice", () => {
  const stat = "cpu  100 10 50 800 40 0 0 0 70 5\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
  expect(parseCpuTicks(stat)).toEqual({ idle: 840, total: 1000 });
});

test("the idle share is of the time between two looks", () => {
  expect(idleShare({ idle: 100, total: 200 }, { idle: 180, total: 300 })).toBe(0.8);
  expect(idleShare({ idle: 100, total: 200 }, { idle: 100, total: 200 })).toBe(0);
});

/** A machine whose idle share in each 250 ms is given; the last holds on. Counts the samples. */
function machine(shares: readonly number[]) {
  const ticks: CpuTicks = { idle: 0, total: 0 };
  let turns = 0;
  return {
    turns: () => turns,
    read: () => ({ ...ticks }),
    sleep: async () => {
      const share = shares[Math.min(turns++, shares.length - 1)];
      ticks.idle += share * 50;
      ticks.total += 50;
    },
  };
}

const demand = { idleShareMin: 0.8, forMs: 2_000, limitMs: 10_000 };

test("an idle machine is waited for as long as the idleness must last", async () => {
  const { read, sleep, turns } = machine([1]);
  expect(await awaitIdleMachine(demand, read, sleep)).toBe(1);
  expect(turns()).toBe(8);
});

test("one that becomes idle is waited for", async () => {
  const { read, sleep, turns } = machine([0, 0, 0, 0, 0, 0, 1]);
  expect(await awaitIdleMachine(demand, read, sleep)).toBeGreaterThanOrEqual(0.8);
  expect(turns()).toBe(13);
});

test("one that stays busy is given up at the limit, with the best share seen", async () => {
  const { read, sleep, turns } = machine([0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.1]);
  expect(await awaitIdleMachine(demand, read, sleep)).toBeCloseTo(0.6);
  expect(turns()).toBe(40);
});
