import { expect, test } from "bun:test";
import { resolvePlan } from "../plan/plan.ts";
import type { Cell } from "../record/cell.ts";
import { emptySnapshot, type Snapshot } from "../record/snapshot.ts";
import { emptyTally, type Tally, zeroCounts } from "../record/tally.ts";
import { RunFold } from "../run/fold.ts";
import { wholeShare } from "../schedule/share.ts";
import { RESULT_CONTEXT } from "../simulation/result-context.ts";
import { sparseOf } from "../simulation/samples.ts";
import { type Result, resultSchema } from "./result.ts";
import { resultOf } from "./result-of.ts";

const MS = 1e6;

const plan = resolvePlan({
  targets: [
    { name: "cart", url: "http://shop.invalid/cart", weight: 3 },
    { url: "http://shop.invalid/search", method: "POST" },
  ],
  load: {
    stages: [
      { duration: "1s", rate: "0..1000" },
      { duration: "2s", rate: 1000 },
    ],
    connections: 1,
  },
  recordHeaders: ["X-Time:us"],
  thresholds: [
    "stage(1).p50 < 15ms",
    "stage(2).p50 < 15ms",
    "target(cart).p50 < 15ms",
    "target(1).p50 < 15ms",
    "target(1).errors == 0%",
    "stage(2).rate >= 500/s",
    "overhead(x-time).p50 < 9ms",
  ],
});

function tallyOf(n: number, ns: number): Tally {
  const samples = sparseOf(Array.from({ length: n }, () => ns));
  const less = sparseOf(Array.from({ length: n }, () => ns - 2 * MS));
  const counts = { ...zeroCounts(), due: n, sent: n, completed: n, ok: n };
  const numbers = { "recorded:x-time": less, "overhead:x-time": sparseOf([2 * MS]) };
  const histograms = { response: samples, service: samples, lag: samples, ...numbers };
  return { ...emptyTally(), counts, statuses: { 200: n }, histograms };
}

function cell(stage: number, target: number, n: number, ns: number): Cell {
  return { phase: "measured", stage, target, tally: tallyOf(n, ns) };
}

/** Snapshots of one worker, in order. */
function resultOfCells(cells: readonly (readonly Cell[])[], extra: Partial<Snapshot> = {}): Result {
  const fold = new RunFold(plan, [{ id: "0", share: wholeShare(1) }]);
  const parts = { expected: 1, received: 1 };
  for (const [interval, some] of cells.entries()) {
    const key = { child: "0", incarnation: 0, interval };
    fold.apply({ ...emptySnapshot(key), cells: some, parts, ...extra });
  }
  const end = { outcome: "done", reason: "", intervals: cells.length, untilNs: 3e9 } as const;
  fold.apply({ type: "ended", child: "0", incarnation: 0, ...end });
  return resultSchema.parse(resultOf(fold.finish(), RESULT_CONTEXT));
}

const result = resultOfCells([
  [cell(0, 0, 300, 10 * MS), cell(0, 1, 100, 20 * MS)],
  [cell(1, 0, 600, 10 * MS), cell(1, 1, 200, 20 * MS)],
  [cell(1, 0, 600, 10 * MS), cell(1, 1, 200, 20 * MS)],
]);

test("stages have the exchanges that became due in them, and sum to the whole", () => {
  expect(result.accounting.due).toBe(2000);
  expect(result.stages).toMatchObject([
    { fromS: 0, durationS: 1, due: 400, offeredPerS: 400, ratePerS: { from: 0, to: 1000 } },
    { fromS: 1, durationS: 2, due: 1600, offeredPerS: 800, ratePerS: { from: 1000, to: 1000 } },
  ]);
});

test("targets have theirs, by name or place, over all stages", () => {
  expect(result.targets).toMatchObject([
    { name: "cart", weight: 3, method: "GET", completed: 1500, statusCodes: { 200: 1500 } },
    { name: "1", weight: 1, method: "POST", completed: 500, achievedPerS: 166.667 },
  ]);
  const medians = result.targets.map(({ latencyMs }) => latencyMs.response.percentiles["50"]);
  expect(medians).toEqual([10, 20]);
});

test("numbers of headers stand beside what the service took more", () => {
  const { recorded, missing, valueMs, overheadMs } = result.recorded["x-time"];
  expect([recorded, missing, valueMs.max, overheadMs.max]).toEqual([2000, 0, 18, 2]);
});

test("thresholds are judged on the part that they name", () => {
  const rounded = (value: unknown) => (typeof value === "number" ? Math.round(value) : value);
  expect(result.thresholds.map(({ ok, value }) => [ok, rounded(value)])).toEqual([
    [true, 10],
    [true, 10],
    [true, 10],
    [false, 20],
    [true, 0],
    [true, 800],
    [true, 2],
  ]);
});

test("the parts of a plan that has only one are the whole", () => {
  const one = resolvePlan({
    targets: [{ url: "http://shop.invalid/" }],
    thresholds: ["stage(1).p50 < 15ms", "target(0).rate > 1/s"],
  });
  const fold = new RunFold(one, [{ id: "0", share: wholeShare(1) }]);
  const key = { child: "0", incarnation: 0, interval: 0 };
  fold.apply({ ...emptySnapshot(key), cells: [cell(0, 0, 300, 10 * MS)] });
  const end = { outcome: "done", reason: "", intervals: 1, untilNs: 10e9 } as const;
  fold.apply({ type: "ended", child: "0", incarnation: 0, ...end });
  const whole = resultOf(fold.finish(), RESULT_CONTEXT);
  expect(whole.stages).toEqual([]);
  expect(whole.targets).toMatchObject([{ name: "0", completed: 300 }]);
  expect(whole.thresholds.map(({ ok }) => ok)).toEqual([true, true]);
});

test("backends have their answers, errors and failures", () => {
  const one = { completed: 10, errors: 2, failed: 1, service: sparseOf([5 * MS]) };
  const { backends } = resultOfCells([[], [], []], { backends: { "10.0.0.1": one } });
  const summed = { completed: 30, errors: 6, failed: 3 };
  expect(backends).toMatchObject({ "10.0.0.1": { ...summed, serviceMs: { count: 3, max: 5 } } });
});
