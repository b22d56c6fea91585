/**
 * A thousand agents for ten minutes of virtual time: loss, crashes, drift. Needs no part, but three
 * minutes of a core and 4.3 GB (`/usr/bin/time -v bun test` of this file): the broker keeps all
 * that was said. Shorter: NIGHTJAR_SECONDS=120; another seed: NIGHTJAR_SEED=7; several:
 * NIGHTJAR_SEEDS=1-20.
 */
import { expect, test } from "bun:test";
import { totalmem } from "node:os";
import { playFleet } from "./fleet-world.ts";
import { findingsIn } from "./judged.ts";
import { largeScenarioOf, THOUSAND } from "./large-scenario.ts";

const TIMEOUT_MS = 3_600_000;
const S = 1e9;
/** After the run: who was cut off at its end, and what comes again. */
const AFTER_S = 45;

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

const { NIGHTJAR_SEED = "1", NIGHTJAR_SEEDS = `${NIGHTJAR_SEED}-${NIGHTJAR_SEED}` } = process.env;
const [from, to] = NIGHTJAR_SEEDS.split("-").map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, at) => from + at);
const size = {
  agents: Number(process.env.NIGHTJAR_AGENTS ?? THOUSAND.agents),
  seconds: Number(process.env.NIGHTJAR_SECONDS ?? THOUSAND.seconds),
};

/** A machine with less has something else to do with it. */
const NEEDED_BYTES = 8 * 1024 ** 3;

test.skipIf(totalmem() < NEEDED_BYTES).each(seeds)(
  "a thousand agents, seed %d",
  async (seed) => {
    const scenario = largeScenarioOf(seed, size);
    const report = await playFleet(scenario, settle, (size.seconds + AFTER_S) * S);
    const found = await findingsIn(report);
    expect(found.slice(0, 20).join("\n")).toBe("");
    const [run] = report.runs;
    expect(run.own?.accounting.due).toBeGreaterThan(0.4 * size.agents * size.seconds);
    expect(run.own?.children.some(({ end }) => end.outcome === "lost")).toBe(true);
    // Most of what is missing is of the dead: a run of many outlasts the loss of some.
    expect(run.own?.accounting.unknown).toBeLessThan(0.05 * (run.own?.accounting.due ?? 0));
  },
  TIMEOUT_MS,
);
