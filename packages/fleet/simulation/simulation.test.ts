/**
 * The real coordinator and the real agents over a broker in memory, in virtual time, seed by seed.
 * One again: NIGHTJAR_SEED=7; thousands: NIGHTJAR_SEEDS=1000-2000.
 */
import { expect, test } from "bun:test";
import { playFleet } from "./fleet-world.ts";
import { findingsIn } from "./judged.ts";
import { fleetScenarioOf } from "./scenario.ts";

const SEEDS = 200;
const TIMEOUT_MS = 3_600_000;

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function seeds(): number[] {
  const { NIGHTJAR_SEED: one, NIGHTJAR_SEEDS: many } = process.env;
  const [from, to] = one
    ? [Number(one), Number(one)]
    : (many?.split("-").map(Number) ?? [1, SEEDS]);
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

test(
  "whatever breaks, what is said of a run over a fleet is true",
  async () => {
    const failed: string[] = [];
    for (const seed of seeds()) {
      const found = await playFleet(fleetScenarioOf(seed), settle)
        .then(findingsIn)
        .catch((error) => [String(error?.stack ?? error)]);
      failed.push(...found.map((fault) => `NIGHTJAR_SEED=${seed} ${fault}`));
    }
    expect(failed.join("\n")).toBe("");
  },
  TIMEOUT_MS,
);
