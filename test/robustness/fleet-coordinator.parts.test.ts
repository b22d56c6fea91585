/**
 * Coordinators that die, are interrupted, and want the same agents, with real parts: each fault
 * with the Result that was written down for it.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Phase } from "@nightjar/fleet/coordinator/course.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { expectedFault } from "@nightjar/testkit/fleet/expected-fault.ts";
import { type Fault, testFault } from "@nightjar/testkit/fleet/fault.ts";
import { RealFleet } from "@nightjar/testkit/fleet/fleet.ts";
import { FleetScene, type SceneRun } from "@nightjar/testkit/fleet/scene.ts";

let fleet: RealFleet;
beforeAll(async () => {
  fleet = await RealFleet.start();
}, 120_000);
afterAll(() => fleet?.stop());

const define = (name: string, fault: Fault, file: string | null = name) =>
  testFault(name, () => fleet, fault, file);

async function die(run: SceneRun) {
  await run.measuring(3);
  run.signalCoordinator("SIGKILL");
  return {};
}

define("coordinator-dies-fail", { strike: die });
define("coordinator-dies-degrade", { lostAgent: "degrade", strike: die });
define("coordinator-dies-orphan-limit", { lostAgent: "degrade", orphanNs: 4e9, strike: die });

/** By then nothing arrives any more, on whatever way it was. */
const STOPPED_S = 1;

let interruptedNs = 0;
define(
  "Ctrl-C of the coordinator: all arrivals stop within a second",
  {
    lostAgent: "degrade",
    strike: async (run) => {
      await run.measuring(4);
      interruptedNs = run.signalCoordinator("SIGINT");
      return {};
    },
    check: ({ own, collected, arrivals }) => {
      const atS = (interruptedNs - arrivals.t0Ns) / 1e9;
      for (const { spec } of arrivals.run.head.children) {
        expect(arrivals.lastS(spec.id)).toBeLessThanOrEqual(atS + STOPPED_S);
      }
      expect(collected).toEqual(own as never);
    },
  },
  "interrupted",
);

define(
  "stop-on of the merged data: all arrivals stop within a second",
  {
    lostAgent: "degrade",
    plan: { stopOn: ["p95 > 0ms for 3s"] },
    strike: async () => ({}),
    check: ({ own, collected, arrivals }) => {
      const atS = collected.stopped?.atS ?? Number.NaN;
      for (const { spec } of arrivals.run.head.children) {
        expect(arrivals.lastS(spec.id)).toBeLessThanOrEqual(atS + STOPPED_S);
      }
      expect(collected).toEqual(own as never);
    },
  },
  "stop-on",
);

/** They are free again by then, and a phase that has begun lasts no longer. */
const LEASE_NS = 2e9;
const SHORT = { lostAgent: "degrade", leaseNs: LEASE_NS, plan: { duration: "2s" } } as const;
const BEFORE: readonly Phase[] = ["place", "ready", "clock", "start"];
const AFTER: readonly Phase[] = ["measure", "drain", "fold", "judge"];

/** Each run is of the agents that the one before has left behind. */
test.concurrent("dying as a phase begins: nothing is sent, or nothing lost", async () => {
  const { collect: refusal } = expectedFault("coordinator-dies-before-start");
  const scene = await FleetScene.open(fleet);
  try {
    for (const dieIn of BEFORE) {
      const run = await scene.begin({ ...SHORT, dieIn });
      expect(await run.coordinator.ending).toBeUndefined();
      await fleet.untilNobodyIsIn(run.id);
      expect(await readOriginLog(scene.origin.url)).toEqual([]);
      expect(fleet.collect(run.id)).rejects.toThrow(dieIn === "place" ? /no run|aborted/ : refusal);
    }
    for (const dieIn of AFTER) {
      await scene.forgetArrivals();
      const run = await scene.begin({ ...SHORT, dieIn });
      const { own, collected, arrivals } = await run.over();
      expect({ dieIn, own }).toEqual({ dieIn, own: undefined });
      expect(arrivals.faults()).toEqual([]);
      expect(collected.accounting).toMatchObject({ due: 160, sent: 160, unknown: 0 });
    }
  } finally {
    await scene.close();
  }
}, 300_000);
