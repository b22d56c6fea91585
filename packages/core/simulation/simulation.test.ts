/**
 * A fleet in virtual time, seed by seed: links that delay, repeat, reorder and break; an ensemble
 * of fifty workers, and one of ten agents of five. One seed again: NIGHTJAR_SEED=7 bun test
 * packages/core/simulation
 */
import { expect, test } from "bun:test";
import { PHASES } from "../record/cell.ts";
import { INTERVAL_NS } from "../record/snapshot.ts";
import { TALLY_HISTOGRAMS } from "../record/tally.ts";
import type { Totals } from "../record/totals.ts";
import { resultSchema } from "../result/result.ts";
import { resultOf } from "../result/result-of.ts";
import { SIMULATED } from "./child.ts";
import { type FleetReport, runFleet } from "./fleet.ts";
import { modelOf, type Samples, type WorkerModel, workersOf } from "./model.ts";
import { sparseOf } from "./samples.ts";
import { scenarioOf } from "./scenario.ts";

const SEEDS = 200;
const COMPARED = 25;
const chosen = process.env.NIGHTJAR_SEED;
const seeds = chosen ? [Number(chosen)] : Array.from({ length: SEEDS }, (_, index) => index + 1);
const TIMEOUT_MS = 300_000;

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

const environment = {
  ...{ host: "h", os: "o", kernel: "k", cpu: "c", cores: 1, cpuQuota: null, memoryMb: 1, bun: "b" },
  ...{ stealPercent: null, throttled: null, suspendedMs: null },
};
const context = {
  ...{ id: "r", startedAt: "2026-01-01T00:00:00Z", generator: SIMULATED, workers: 50, environment },
  deflate: (bytes: Uint8Array) => bytes,
};

/** Says which seed it was, whatever fails. */
async function withSeed(seed: number, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    console.error(`NIGHTJAR_SEED=${seed}`);
    throw error;
  }
}

function checkEvents({ events }: FleetReport): void {
  const ended = events.at(-1)!;
  if (ended.type !== "ended") throw new Error("the last event is not the end");
  expect(events.filter(({ type }) => type === "ended")).toHaveLength(1);
  const intervals = events.flatMap((event) => (event.type === "snapshot" ? event.interval : []));
  expect(ended.intervals).toBe(intervals.length);
  expect(intervals.sort((a, b) => a - b)).toEqual(intervals.map((_, index) => index));
}

function checkTotals(totals: Totals, workers: readonly WorkerModel[]): void {
  const model = modelOf(workers);
  for (const phase of PHASES) {
    const { counts } = totals.phases[phase];
    expect({ phase, ...counts }).toEqual({ phase, ...model[phase].counts });
    for (const name of TALLY_HISTOGRAMS) {
      const samples = model[phase].samples[name as keyof Samples] ?? [];
      expect(totals.phases[phase].histogram(name)).toEqual(sparseOf(samples));
    }
  }
}

/** A broken pipe is known at once. */
function checkNothingSentByTheLost(
  { workerLinks }: FleetReport,
  workers: readonly WorkerModel[],
): void {
  for (const [index, { run }] of workers.entries()) {
    const last = Math.max(
      0,
      ...run.life.exchanges.map(({ sentNs }) => (sentNs < Infinity ? sentNs : 0)),
    );
    expect(last).toBeLessThanOrEqual(workerLinks[index].brokenNs);
  }
}

function expectedIntervals({ heard, owed, untilNs, run }: WorkerModel): number {
  if (owed !== undefined) return owed;
  const last = Math.max(-1, ...heard);
  const boundaryNs = (last + 1) * INTERVAL_NS;
  const open = run.life.exchanges.some(
    ({ dueNs, endNs }) => dueNs < boundaryNs && endNs >= boundaryNs,
  );
  return Math.max(Math.ceil(untilNs / INTERVAL_NS), last + (open ? 2 : 1));
}

function checkIntervals(totals: Totals, workers: readonly WorkerModel[]): void {
  const sum = (of: (worker: WorkerModel) => number) =>
    workers.reduce((all, one) => all + of(one), 0);
  expect(totals.parts.received).toBe(sum(({ heard }) => heard.size));
  expect(totals.parts.expected).toBe(sum(expectedIntervals));
}

function resultFrom(fold: FleetReport["fold"]) {
  const result = resultOf(fold.finish(), context);
  const { children, generator, verdict, ...rest } = result;
  return { result, comparable: rest };
}

test(
  "fifty workers as one ensemble",
  async () => {
    for (const seed of seeds) {
      await withSeed(seed, async () => {
        const report = await runFleet(scenarioOf(seed, false), settle);
        const workers = workersOf(report);
        checkEvents(report);
        const { result, comparable } = resultFrom(report.fold);
        expect(resultSchema.safeParse(result).success).toBe(true);
        checkTotals(report.fold.totals, workers);
        checkIntervals(report.fold.totals, workers);
        checkNothingSentByTheLost(report, workers);
        if (workers.some((worker) => !worker.isLost)) {
          expect(resultFrom(report.mergedFold).comparable).toEqual(comparable);
        }
      });
    }
  },
  TIMEOUT_MS,
);

test(
  "ten agents of five workers",
  async () => {
    for (const seed of seeds) {
      await withSeed(seed, async () => {
        const report = await runFleet(scenarioOf(seed, true), settle);
        const workers = workersOf(report);
        checkEvents(report);
        const { comparable } = resultFrom(report.fold);
        if (workers.some((worker) => !worker.isLost)) {
          expect(resultFrom(report.mergedFold).comparable).toEqual(comparable);
        }
        checkTotals(report.fold.totals, workers);
        checkNothingSentByTheLost(report, workers);
      });
    }
  },
  TIMEOUT_MS,
);

/** One ensemble cannot tell the story of an agent that crashes, or stops its own first. */
const isTellable = (seed: number) => {
  const { agentCrashNs, lostChild } = scenarioOf(seed, true);
  return lostChild === "degrade" && !agentCrashNs.some(Number.isFinite);
};

test(
  "ten agents of five say what fifty workers say",
  async () => {
    for (const seed of seeds.filter(isTellable).slice(0, COMPARED)) {
      await withSeed(seed, async () => {
        const flat = await runFleet(scenarioOf(seed, false), settle);
        const nested = await runFleet(scenarioOf(seed, true), settle);
        expect(resultFrom(nested.fold).comparable).toEqual(resultFrom(flat.fold).comparable);
      });
    }
  },
  TIMEOUT_MS,
);
