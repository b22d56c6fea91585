/**
 * The real coordinator and the real agents over a broker in memory, in virtual time, seed by seed.
 * One again: NIGHTJAR_SEED=7; thousands: NIGHTJAR_SEEDS=1000-2000.
 */
import { expect, test } from "bun:test";
import { playFleet } from "./fleet-world.ts";
import {
  accounted,
  calmIsWhole,
  clocksTrue,
  endedAll,
  endedInTime,
  foldedAlike,
  missing,
  sentOnce,
  stoppedInTime,
} from "./invariants.ts";
import { fleetScenarioOf } from "./scenario.ts";
import { readBooks } from "./stream-books.ts";

const SEEDS = 200;
const TIMEOUT_MS = 600_000;

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function seeds(): number[] {
  const { NIGHTJAR_SEED: one, NIGHTJAR_SEEDS: many } = process.env;
  const [from, to] = one
    ? [Number(one), Number(one)]
    : (many?.split("-").map(Number) ?? [1, SEEDS]);
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

const CHECKS = [
  ...[accounted, missing, foldedAlike, stoppedInTime],
  ...[endedInTime, clocksTrue, calmIsWhole],
];

async function findings(seed: number): Promise<string[]> {
  const report = await playFleet(fleetScenarioOf(seed), settle);
  const found = [...sentOnce(report), ...endedAll(report)];
  for (const run of report.runs) {
    const books = await readBooks(report.stage.broker.connect(), run.order.runId);
    const judged = { report, run, books };
    for (const check of CHECKS) {
      found.push(...check(judged).map((fault) => `${run.order.runId}: ${fault}`));
    }
  }
  return found;
}

test(
  "whatever breaks, what is said of a run over a fleet is true",
  async () => {
    const failed: string[] = [];
    for (const seed of seeds()) {
      const found = await findings(seed).catch((error) => [String(error?.stack ?? error)]);
      failed.push(...found.map((fault) => `NIGHTJAR_SEED=${seed} ${fault}`));
    }
    expect(failed.join("\n")).toBe("");
  },
  TIMEOUT_MS,
);
