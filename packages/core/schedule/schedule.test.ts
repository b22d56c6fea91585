import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Plan } from "../plan/plan.ts";
import { timing } from "../plan/timing.ts";
import { STREAM, uniform } from "../random.ts";
import { correlation, critical, distance } from "../simulation/goodness-of-fit.ts";
import { planOf } from "../simulation/plans.ts";
import { indexedArrivals } from "./arrivals.ts";
import { countDue, plannedEndNs } from "./due-count.ts";
import { schedule } from "./schedule.ts";
import { connectionsOf, type Share, splitShare, wholeShare } from "./share.ts";

const N = 1_000_000;
const SEEDS = [1, 2, 4294967295];

function gapsOf(plan: Plan, share: Share): Float64Array {
  const gaps: number[] = [];
  let beforeNs = 0;
  for (const cursor = schedule(plan, share); cursor.i >= 0; cursor.advance()) {
    gaps.push(cursor.dueNs - beforeNs);
    beforeNs = cursor.dueNs;
  }
  return Float64Array.from(gaps);
}

function expectExponential(gaps: Float64Array, ratePerS: number): void {
  const n = gaps.length;
  const lag1 = correlation(gaps.subarray(0, n - 1), gaps.subarray(1));
  expect(Math.abs(lag1)).toBeLessThan(4 / Math.sqrt(n));
  const d = distance(gaps, (gapNs) => -Math.expm1((-gapNs * ratePerS) / 1e9));
  expect(d).toBeLessThan(critical(n));
}

test.each(SEEDS)(
  "uniform(seed %d) is uniform, and its streams know nothing of each other",
  (seed) => {
    const streams = Object.values(STREAM).map((stream) =>
      Float64Array.from({ length: N / 2 }, (_, i) => uniform(seed, stream, i)),
    );
    for (const [index, stream] of streams.entries()) {
      const bound = 4 / Math.sqrt(stream.length);
      for (const other of streams.slice(index + 1)) {
        expect(Math.abs(correlation(stream, other))).toBeLessThan(bound);
      }
      expect(Math.abs(correlation(stream.subarray(1), stream.subarray(0, -1)))).toBeLessThan(bound);
    }
    for (const stream of streams) expect(distance(stream, (u) => u)).toBeLessThan(critical(N / 2));
  },
);

test("uniform() of neighbouring seeds, and beyond 2^32, is as good", () => {
  const n = 200_000;
  const draw = (of: (at: number) => number) => Float64Array.from({ length: n }, (_, at) => of(at));
  const samples = [
    draw((at) => uniform(at, STREAM.arrivals, 0)),
    draw((at) => uniform(1, STREAM.share, at * 4294967296)),
    draw((at) => uniform(1, STREAM.share, 4294967296 + at)),
    draw((at) => uniform(1, STREAM.share, at)),
  ];
  expect(Math.abs(correlation(samples[2], samples[3]))).toBeLessThan(4 / Math.sqrt(n));
  for (const sample of samples) expect(distance(sample, (u) => u)).toBeLessThan(critical(n));
});

test.each(SEEDS)("Poisson arrivals (seed %d) are Poisson, and so is each share of them", (seed) => {
  const load = { rate: 1000, requests: N, connections: 10, arrivals: "poisson" as const };
  const plan = planOf(load, { seed });
  const whole = wholeShare(10);
  expectExponential(gapsOf(plan, whole), 1000);
  for (const share of splitShare(whole, [1, 3, 6])) {
    expectExponential(gapsOf(plan, share), 100 * connectionsOf(share));
  }
});

test("a constant schedule has rate × duration exchanges, and no float adds one", () => {
  const decimal = fc.record({
    digits: fc.integer({ min: 1, max: 9999 }),
    places: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(decimal, fc.integer({ min: 1, max: 600_000 }), ({ digits, places }, durationMs) => {
      const plan = planOf({ rate: digits / 10 ** places }, { duration: `${durationMs}ms` });
      const thousands = BigInt(digits) * BigInt(durationMs);
      const per = 1000n * 10n ** BigInt(places);
      expect(BigInt(indexedArrivals(plan).count)).toBe((thousands + per - 1n) / per);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [0.7, "10s", 7],
  [3, "10s", 30],
  [1e6, "1s", 1_000_000],
  [1 / 3, "9s", 3],
  [0.001, "1ms", 1],
  [9_999_999, "7h", 9_999_999 * 25_200],
])("%d/s for %s is %d exchanges", (rate, duration, count) => {
  expect(indexedArrivals(planOf({ rate }, { duration })).count).toBe(count);
});

test("constant arrivals are even, and whole seconds are whole", () => {
  for (const rate of [0.7, 3, 7, 30, 999, 1e6]) {
    const plan = planOf({ rate, requests: 5000 });
    for (
      const cursor = schedule(plan, wholeShare(plan.load.connections));
      cursor.i >= 0;
      cursor.advance()
    ) {
      expect(cursor.dueNs).toBe((cursor.i * 1e9) / rate);
    }
    expect(countDue(plan, wholeShare(plan.load.connections), 0, 1e9)).toBe(
      Math.min(Math.ceil(rate), 5000),
    );
  }
});

test("the warm-up comes before the duration, and nothing is due after both", () => {
  for (const arrivals of ["constant", "poisson"] as const) {
    const plan = planOf({ rate: 100, arrivals }, { warmup: "1s", duration: "2s" });
    const share = wholeShare(plan.load.connections);
    let last = 0;
    for (const cursor = schedule(plan, share); cursor.i >= 0; cursor.advance()) last = cursor.dueNs;
    expect(last).toBeLessThan(timing(plan).endNs);
    expect(last).toBeGreaterThan(2.8e9);
    expect(plannedEndNs(plan, share)).toBe(3e9);
  }
});

test("requests end a plan: the end is past the last one due, and not past the next", () => {
  const share = { from: 2, to: 5, of: 16 };
  for (const arrivals of ["constant", "poisson"] as const) {
    const plan = planOf({ rate: 100, requests: 333, connections: 16, arrivals });
    const dues: number[] = [];
    for (const cursor = schedule(plan, share); cursor.i >= 0; cursor.advance())
      dues.push(cursor.dueNs);
    const endNs = plannedEndNs(plan, share)!;
    expect(endNs).toBeGreaterThan(dues.at(-1)!);
    expect(endNs).toBeLessThanOrEqual(dues.at(-1)! + 1e7);
  }
  const trillion = planOf(
    { rate: 1e7, requests: 1e12, connections: 16 },
    { duration: "unlimited" },
  );
  expect(plannedEndNs(trillion, wholeShare(16))).toBe(1e14);
});

test("the closed loop has numbers and no due times", () => {
  const plan = planOf({ model: "closed", requests: 10, connections: 4 });
  const numbers: number[] = [];
  for (const cursor = schedule(plan, wholeShare(4)); cursor.i >= 0; cursor.advance()) {
    expect(cursor.dueNs).toBe(0);
    numbers.push(cursor.i);
  }
  expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(countDue(plan, wholeShare(4), 0, 1e9)).toBeNull();
  expect(plannedEndNs(plan, wholeShare(4))).toBeNull();
});
