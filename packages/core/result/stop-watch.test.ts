import { expect, test } from "bun:test";
import { resolvePlan } from "../plan/plan.ts";
import type { PlanDocument } from "../plan/plan-schema.ts";
import type { Cell } from "../record/cell.ts";
import { emptyTally, zeroCounts } from "../record/tally.ts";
import { StopWatch } from "./stop-watch.ts";

const TARGETS = ["cart", "search"].map((name) => ({ name, url: "http://t.invalid/" }));

function watching(more: Partial<PlanDocument>): StopWatch {
  return new StopWatch(resolvePlan({ targets: TARGETS, duration: "1h", ...more }));
}

function watch(...stopOn: string[]): StopWatch {
  return watching({ stopOn });
}

/** A second in which so many of a hundred were errors. */
function second(interval: number, errors: number, place: Partial<Cell> = {}) {
  const counts = { ...zeroCounts(), due: 100, sent: 100, completed: 100, errors };
  const tally = { ...emptyTally(), counts, statuses: { 503: errors } };
  const cell: Cell = { phase: "measured", stage: 0, target: 0, tally, ...place };
  return { interval, cells: [cell] };
}

function seconds(watched: StopWatch, errors: readonly number[]) {
  return errors.map((n, interval) => watched.look(second(interval, n))?.atNs ?? 0);
}

test("it stops when the condition has held for so many seconds in a row", () => {
  const said = seconds(watch("errors > 10% for 3s"), [50, 50, 5, 50, 50, 50, 50]);
  expect(said).toEqual([0, 0, 0, 0, 0, 6e9, 7e9]);
});

test("without a duration one second is enough", () => {
  expect(seconds(watch("status(5xx) > 3"), [3, 4])).toEqual([0, 2e9]);
});

test("what is added to a second later is not seen twice", () => {
  const watched = watch("errors > 10% for 2s");
  expect(watched.look(second(0, 50))).toBeUndefined();
  expect(watched.look(second(0, 50))).toBeUndefined();
  expect(watched.look(second(1, 50))).toMatchObject({ condition: "errors > 10% for 2s" });
});

test("a condition of a target looks at that target alone", () => {
  const watched = watch("target(search).errors > 10%");
  expect(watched.look(second(0, 90, { target: 0 }))).toBeUndefined();
  expect(watched.look(second(1, 90, { target: 1, phase: "warmup" }))).toBeUndefined();
  expect(watched.look(second(2, 90, { target: 1 }))).toBeDefined();
});

test("a second of which nothing is known stops nothing", () => {
  const watched = watch("errors > 0%", "p99 > 1ms", "achieved < 100%");
  expect(watched.look({ interval: 0, cells: [] })).toBeUndefined();
});

/** The seconds, of `until`, after which nothing more would be sent. */
function stopsOf(watched: StopWatch, until: number, place?: Partial<Cell>): number[] {
  const all = Array.from({ length: until }, (_, interval) => interval);
  return all.filter((interval) => watched.look(second(interval, 0, place)) !== undefined);
}

test("a rate is that of whole seconds of its part: of the measured part, of a stage", () => {
  const stopOn = ["target(cart).rate < 50/s"];
  const other = { phase: "warmup", target: 1 } as const;
  expect(stopsOf(watching({ stopOn, warmup: "2500ms", duration: "2s" }), 9, other)).toEqual([3]);
  const load = { stages: ["2s", "1500ms", "2s"].map((duration) => ({ duration, rate: 100 })) };
  const staged = { load, duration: undefined, stopOn: ["stage(2).rate < 50/s"] };
  expect(stopsOf(watching(staged), 9, { stage: 0 })).toEqual([2]);
});

test("a rate is not asked for after the end, nor in the second of the last request", () => {
  const stopOn = ["rate < 150/s", "status(200) < 5"];
  expect(stopsOf(watching({ stopOn, duration: "2500ms" }), 9)).toEqual([0, 1]);
  const load = { model: "closed", requests: 250 } as const;
  expect(stopsOf(watching({ stopOn, load, duration: undefined }), 9)).toEqual([0, 1]);
  expect(stopsOf(watching({ stopOn: ["errors == 0%"], duration: "2500ms" }), 4)).toHaveLength(4);
});
