import { expect, test } from "bun:test";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { judgeTimed, type Machine, type TimedContext } from "./attempts.ts";
import type { Hiccup } from "./hiccups.ts";
import { MissingPart } from "./parts.ts";

/** A machine with a given idle share, that hiccups for so many milliseconds in each attempt. */
function simulated(hiccupMs: readonly number[], idleShare = 1): Machine & { watchCount: number } {
  return {
    watchCount: 0,
    awaitIdle: async () => ({ idleShare, idleShareMin: 0.8 }),
    async watchHiccups() {
      const lengthNs = (hiccupMs[this.watchCount++] ?? 0) * 1e6;
      const startNs = monotonicNs();
      const seen: Hiccup[] = lengthNs > 0 ? [{ startNs, endNs: startNs + lengthNs }] : [];
      return { seen: () => seen, stop: async () => seen };
    },
  };
}

const limits = { harmfulMs: 10, attempts: 3 };
const failing = () => {
  throw new Error("p99 was 40 ms");
};

test("an undisturbed body passes or fails, once", async () => {
  const machine = simulated([2]);
  expect(await judgeTimed(limits, machine, () => {})).toEqual({ kind: "passed" });
  expect(await judgeTimed(limits, machine, failing)).toEqual({
    kind: "failed",
    error: new Error("p99 was 40 ms"),
  });
  expect(machine.watchCount).toBe(2);
});

test("a disturbed attempt is not judged, whatever its body said, and is made again", async () => {
  const attempts: number[] = [];
  const body = ({ attempt }: TimedContext) => {
    attempts.push(attempt);
    if (attempt === 1) failing();
  };
  expect(await judgeTimed(limits, simulated([50, 0]), body)).toEqual({ kind: "passed" });
  expect(attempts).toEqual([1, 2]);
  expect((await judgeTimed(limits, simulated([50, 0]), failing)).kind).toBe("failed");
});

test("disturbed every time: not measured, with the reason", async () => {
  const machine = simulated([50, 20, 30]);
  const judgement = await judgeTimed(limits, machine, () => {});
  expect(judgement).toEqual({
    kind: "not measured",
    reason: "hiccups in each of 3 attempts, the longest 30.0 ms",
  });
  expect(machine.watchCount).toBe(3);
});

test("a machine that does not become idle is not measured, and the body never runs", async () => {
  const judgement = await judgeTimed(limits, simulated([], 0.45), failing);
  expect(judgement).toEqual({ kind: "not measured", reason: "the machine was busy (45 % idle)" });
});

test("the body sees the hiccups so far", async () => {
  let seenCount = 0;
  const body = ({ hiccups }: TimedContext) => {
    seenCount = hiccups().length;
  };
  await judgeTimed(limits, simulated([2]), body);
  expect(seenCount).toBe(1);
});

test("a missing part is final, hiccup or not", async () => {
  const machine = simulated([50, 50, 50]);
  const judgement = await judgeTimed(limits, machine, () => {
    throw new MissingPart("wrk");
  });
  expect(judgement).toEqual({ kind: "failed", error: new MissingPart("wrk") });
  expect(machine.watchCount).toBe(1);
});
