import { expect, test } from "bun:test";
import { uniform } from "../random.ts";
import { Histogram } from "../record/histogram.ts";
import { emptyTally, zeroCounts } from "../record/tally.ts";
import { TallyTotals } from "../record/totals.ts";
import { probeOf } from "./probe.ts";

const MS = 1e6;

/** Exponential service times of this mean, `n` of them. */
function totalsOf(n: number, meanNs: number, seed: number): TallyTotals {
  const service = new Histogram();
  for (let i = 0; i < n; i++) {
    service.record(Math.round(-meanNs * Math.log(1 - uniform(seed, 99, i))));
  }
  const totals = new TallyTotals();
  const counts = { ...zeroCounts(), completed: n };
  const histograms = { service: service.sparse(), response: service.sparse() };
  totals.add({ ...emptyTally(), counts, histograms });
  return totals;
}

function probed(meanNs: number, restMeanNs: number, seed = 1, n = 1000) {
  const probe = { child: "0", probe: totalsOf(n, meanNs, seed) };
  return probeOf({ probe: { ...probe, rest: totalsOf(99 * n, restMeanNs, seed + 1) } });
}

test("a run without a probe has nothing to say of one", () => {
  expect(probeOf({})).toBeNull();
});

test("the probe's numbers stand beside those of the rest", () => {
  const said = probed(5 * MS, 5 * MS);
  expect(said).toMatchObject({ child: "0", completed: 1000 });
  expect(said?.columns.service.probe.count).toBe(1000);
  expect(said?.columns.service.rest.count).toBe(99_000);
});

test("of the same distribution next to none of two hundred runs disagrees", () => {
  const runs = Array.from({ length: 200 }, (_, run) => probed(5 * MS, 5 * MS, 10 + run * 2));
  expect(runs.filter((run) => run?.disagreements.length !== 0).length).toBeLessThanOrEqual(2);
});

test("workers that see more than the probe are our own bias", () => {
  const said = probed(5 * MS, 8 * MS, 1, 4000)?.disagreements ?? [];
  expect(said).toHaveLength(3);
  expect(said[0]).toStartWith("p50 of service: 5.5");
  expect(said[0]).toEndWith("the workers' own load shows in what they measure");
});

test("a probe that fares worse is told otherwise", () => {
  expect(probed(8 * MS, 5 * MS)?.disagreements[0]).toContain("the probe's one connection");
});

test("what is below a tenth of a millisecond is of no account", () => {
  expect(probed(0.05 * MS, 0.08 * MS)?.disagreements.filter((said) => !/p99/.test(said))).toEqual(
    [],
  );
});

test("too few samples disagree about nothing", () => {
  expect(probed(5 * MS, 50 * MS, 1, 5)?.disagreements).toEqual([]);
});
