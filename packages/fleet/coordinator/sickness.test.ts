import { expect, test } from "bun:test";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import { emptySnapshot, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import { emptyTally } from "@nightjar/core/record/tally.ts";
import { SickWatch } from "./sickness.ts";

const MS = 1e6;

function second(interval: number, lagsMs: readonly number[], responseMs = 5): Snapshot {
  const lag = new Histogram();
  const response = new Histogram();
  for (const ms of lagsMs) {
    lag.record(ms * MS);
    response.record(responseMs * MS);
  }
  const histograms = { lag: lag.sparse(), response: response.sparse() };
  const tally = { ...emptyTally(), histograms };
  const cells = [{ phase: "measured", stage: 0, target: 0, tally } as const];
  return { ...emptySnapshot({ child: "0", incarnation: 0, interval }), cells };
}

const calm = Array<number>(100).fill(0.1);
/** 2 % of them. */
const late = [...Array<number>(98).fill(0.1), 30, 40];

test("late five seconds in a row is a sickness, and it is said how late", () => {
  const watch = new SickWatch();
  const said = [0, 1, 2, 3, 4].map((interval) => watch.look(second(interval, late)));
  expect(said.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
  expect(said[4]).toBe(
    "5 seconds in a row its exchanges left late by its own doing (lag), " +
      "in the last 2.0 % of them by more than 10 ms",
  );
});

test("a hiccup is none, however bad", () => {
  const watch = new SickWatch();
  const seconds = [late, late, late, late, calm, late, late, late, late];
  expect(seconds.map((lags, interval) => watch.look(second(interval, lags)))).toEqual(
    seconds.map(() => undefined),
  );
});

test("what is late is measured against what answers take", () => {
  const watch = new SickWatch();
  const slow = [0, 1, 2, 3, 4].map((interval) => watch.look(second(interval, late, 2000)));
  expect(slow).toEqual([undefined, undefined, undefined, undefined, undefined]);
});
