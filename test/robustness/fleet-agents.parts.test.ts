/**
 * Agents that are killed and cut off, with real parts: each fault with the Result that was written
 * down for it, and a server that has each exchange at most once.
 */
import { afterAll, beforeAll, expect } from "bun:test";
import { type Deaths, type Fault, testFault } from "@nightjar/testkit/fleet/fault.ts";
import { RealFleet } from "@nightjar/testkit/fleet/fleet.ts";
import type { Played, SceneRun } from "@nightjar/testkit/fleet/scene.ts";
import type { CutOptions } from "@nightjar/testkit/relay.ts";

/** By then who is cut off has stopped: the lease and a second. */
const STOPPED_NS = 6e9;
const SILENCE: CutOptions = { existing: "silence", fresh: "blackhole" };
const REFUSAL: CutOptions = { existing: "reset", fresh: "refuse" };

let fleet: RealFleet;
beforeAll(async () => {
  fleet = await RealFleet.start();
}, 120_000);
afterAll(() => fleet?.stop());

async function kill(run: SceneRun): Promise<Deaths> {
  await run.measuring(4.5);
  return { 1: await run.killAgent(1) };
}

const cutToTheEnd = (how: CutOptions) => async (run: SceneRun) => {
  await run.measuring(4.5);
  return { 1: run.cut(1, how) + STOPPED_NS };
};

/** The server has nothing of it any more, whatever was on its way. */
function hasStopped({ arrivals }: Played, deaths: Deaths): void {
  const limitS = (deaths[1] - arrivals.t0Ns) / 1e9;
  expect(arrivals.lastS("1")).toBeLessThanOrEqual(limitS);
}

async function cutFor(run: SceneRun, seconds: number, cuts: Record<number, CutOptions>) {
  await run.measuring(4.5);
  for (const [at, how] of Object.entries(cuts)) run.cut(Number(at), how);
  await Bun.sleep(seconds * 1000);
  for (const at of Object.keys(cuts)) run.heal(Number(at));
  return {};
}

const define = (name: string, fault: Fault, file = name) =>
  testFault(name, () => fleet, fault, file);

define("kill-agent-fail", { strike: kill });
define("kill-agent-degrade", { lostAgent: "degrade", strike: kill });
define("cut-to-the-end-fail", {
  isRelayed: true,
  strike: cutToTheEnd(SILENCE),
  check: hasStopped,
});
define("cut-to-the-end-degrade", {
  lostAgent: "degrade",
  isRelayed: true,
  strike: cutToTheEnd(SILENCE),
  check: hasStopped,
});
define(
  "cut-to-the-end-degrade, refused",
  { lostAgent: "degrade", isRelayed: true, strike: cutToTheEnd(REFUSAL), check: hasStopped },
  "cut-to-the-end-degrade",
);
define("cut-and-heal", {
  lostAgent: "degrade",
  leaseNs: 10e9,
  isRelayed: true,
  strike: (run) => cutFor(run, 5, { 1: SILENCE, 2: REFUSAL }),
});
define("cut-and-heal-late", {
  lostAgent: "degrade",
  isRelayed: true,
  strike: (run) => cutFor(run, 8, { 1: SILENCE }),
});
