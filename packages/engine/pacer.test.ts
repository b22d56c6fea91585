import { describe, expect, test } from "bun:test";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import { Pacer } from "./pacer.ts";

/**
 * A pacer whose clock stands where the test puts it, and goes on by `tickNs` at each look; `due` is
 * when the next exchange is due.
 */
function paced(maySpin: boolean, due: () => number) {
  const clock = { nowNs: 0, tickNs: 0 };
  const quiet = { now: true };
  const turn = new Histogram();
  const turns: number[] = [];
  const pacer = new Pacer(
    () => {
      clock.nowNs += clock.tickNs;
      return clock.nowNs;
    },
    maySpin,
    turn,
    (nowNs) => {
      turns.push(nowNs);
      return due();
    },
    () => quiet.now,
  );
  return { clock, quiet, turn, turns, pacer };
}

const NEVER = () => Number.POSITIVE_INFINITY;

describe("a stall", () => {
  test("is what passed between the turn that was expected and the first look at the clock", () => {
    const { turn, pacer } = paced(false, NEVER);
    pacer.start();
    pacer.worked(50e6);
    pacer.stop();
    expect([turn.count, turn.max]).toEqual([1, 40e6]);
    expect(pacer.stallStartNs).toBe(10e6);
    expect(pacer.stallShadowNs).toBeGreaterThan(50e6);
  });

  test("is recorded once", () => {
    const { turn, pacer } = paced(false, NEVER);
    pacer.start();
    for (const ms of [50, 51, 60, 80]) pacer.worked(ms * 1e6);
    pacer.stop();
    expect([turn.count, turn.max]).toEqual([1, 40e6]);
  });

  test("is none where the loop was heard of all the time", () => {
    const { turn, pacer } = paced(false, NEVER);
    pacer.start();
    for (let ms = 1; ms < 40; ms++) pacer.worked(ms * 1e6);
    pacer.stop();
    expect(turn.count).toBe(0);
    expect(pacer.stallStartNs).toBe(-1);
  });
});

describe("turns", () => {
  test("come again and again, spinning or not", async () => {
    for (const maySpin of [true, false]) {
      const { clock, turns, pacer } = paced(maySpin, () => clock.nowNs + 1000);
      clock.tickNs = 100;
      pacer.start();
      for (let tries = 0; tries < 500 && turns.length < 5; tries++) {
        clock.nowNs += 1e5;
        await Bun.sleep(1);
      }
      pacer.stop();
      expect(turns.length).toBeGreaterThanOrEqual(5);
    }
  });

  test("end with the pacer", async () => {
    for (const maySpin of [true, false]) {
      const { turns, pacer } = paced(maySpin, () => 0);
      pacer.start();
      pacer.stop();
      pacer.arm(0, 0);
      await Bun.sleep(30);
      expect(turns).toEqual([0]);
    }
  });

  test("linger long while nothing is in flight, and a moment while answers may come", async () => {
    const lengths: number[] = [];
    for (const isQuiet of [true, false]) {
      const { clock, quiet, turns, pacer } = paced(true, () => clock.nowNs + 1e6);
      clock.tickNs = 100;
      quiet.now = isQuiet;
      pacer.start();
      for (let tries = 0; tries < 500 && turns.length < 3; tries++) await Bun.sleep(1);
      pacer.stop();
      lengths.push(turns[2] - turns[1]);
    }
    const [quietNs, busyNs] = lengths;
    expect(quietNs).toBeGreaterThanOrEqual(50e3);
    expect(quietNs).toBeLessThan(60e3);
    expect(busyNs).toBeLessThan(3e3);
  });

  test("that linger still take what becomes due", async () => {
    let dueNs = 10e3;
    const { clock, turns, pacer } = paced(true, () => {
      if (clock.nowNs >= dueNs) dueNs += 10e3;
      return dueNs;
    });
    clock.tickNs = 100;
    pacer.start();
    for (let tries = 0; tries < 500 && turns.length < 20; tries++) await Bun.sleep(1);
    pacer.stop();
    const takenNs = turns.filter((nowNs) => nowNs % 10e3 < 300);
    expect(takenNs.length).toBeGreaterThan(5);
  });

  test("see a stall while they linger", async () => {
    const { clock, turn, turns, pacer } = paced(true, () => clock.nowNs + 1e6);
    clock.tickNs = 100;
    pacer.start();
    for (let tries = 0; tries < 500 && turns.length < 2; tries++) await Bun.sleep(1);
    clock.tickNs = 30e6;
    for (let tries = 0; tries < 500 && turn.max < 30e6; tries++) await Bun.sleep(1);
    pacer.stop();
    expect(turn.max).toBeGreaterThanOrEqual(30e6);
    expect(pacer.stallStartNs).toBeGreaterThan(0);
  });
});
