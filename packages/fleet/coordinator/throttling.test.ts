import { expect, test } from "bun:test";
import type { Step } from "../messages.ts";
import { ThrottleWatch } from "./throttling.ts";

function saidOf(totalsMs: readonly (number | null)[], step: Step = "running") {
  const watch = new ThrottleWatch();
  return totalsMs.map((throttledMs, at) => watch.look(at * 1e9, { step, throttledMs }));
}

test("stopped for more than a hundredth of five seconds is a sickness", () => {
  const said = saidOf([100, 110, 120, 130, 140, 151]);
  expect(said.slice(0, 5)).toEqual(Array(5).fill(undefined));
  expect(said[5]).toBe("its CPU quota stopped it for 51 ms of the last 5 s");
});

test("a hundredth is none, and what was before the window does not count", () => {
  expect(saidOf([0, 10, 20, 30, 40, 50, 60])).toEqual(Array(7).fill(undefined));
  expect(saidOf([0, 900, 900, 900, 900, 900, 900, 900])).toEqual([
    ...Array(5).fill(undefined),
    "its CPU quota stopped it for 900 ms of the last 5 s",
    ...Array(2).fill(undefined),
  ]);
});

test("who does not send is not looked at, nor who has no quota", () => {
  expect(saidOf([0, 1000, 2000, 3000, 4000, 5000], "ready")).toEqual(Array(6).fill(undefined));
  expect(saidOf([null, null, null, null, null, null])).toEqual(Array(6).fill(undefined));
});
