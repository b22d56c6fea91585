import { expect, test } from "bun:test";
import { uniform } from "@nightjar/core/random.ts";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import { driftingClock } from "./drifting-clock.ts";

const settle = () => Promise.resolve();

test("shows another time, and runs faster", async () => {
  const clock = new VirtualClock();
  const fast = driftingClock(clock, { shiftNs: 3e9, driftPpm: 50 });
  expect(fast.nowNs()).toBe(3e9);
  clock.after(600e9, () => {});
  await clock.run(settle);
  expect(fast.nowNs()).toBe(603e9 + 30e6);
});

test.each([50, -50, 0, 1000])("who waits wakes at the time, at %p ppm", async (driftPpm) => {
  const clock = new VirtualClock();
  const drifting = driftingClock(clock, { shiftNs: -3e9, driftPpm });
  for (let i = 0; i < 2000; i++) {
    const [startNs, delayNs] = [uniform(9, 1, i) * 600e9, uniform(9, 2, i) * 10 ** (i % 10)];
    clock.after(startNs, () => {
      const untilNs = drifting.nowNs() + delayNs;
      drifting.after(delayNs, () => {
        expect(drifting.nowNs()).toBeGreaterThanOrEqual(untilNs);
        expect(drifting.nowNs() - untilNs).toBeLessThan(3);
      });
    });
  }
  await clock.run(settle);
});

test("a wait can be cancelled, and one of no time is over at once", async () => {
  const clock = new VirtualClock();
  const drifting = driftingClock(clock, { shiftNs: 3e9, driftPpm: 50 });
  const rung: string[] = [];
  drifting.after(1e9, () => rung.push("cancelled"))();
  drifting.after(-5, () => rung.push(`at ${clock.nowNs()}`));
  await clock.run(settle);
  expect(rung).toEqual(["at 0"]);
});
