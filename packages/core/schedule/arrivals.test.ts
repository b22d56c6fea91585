import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Plan } from "../plan/plan.ts";
import { parseArrivals } from "../plan/plan-load.ts";
import { timing } from "../plan/timing.ts";
import { correlation, critical, distance } from "../simulation/goodness-of-fit.ts";
import { openPlanOf } from "../simulation/open-plans.ts";
import { planOf } from "../simulation/plans.ts";
import { indexedArrivals } from "./arrivals.ts";
import { dueCount, plannedEndNs } from "./due-count.ts";
import { RateProfile, stageAt, stagesOf } from "./rate-profile.ts";
import { schedule } from "./schedule.ts";
import { connectionsOf, type Share, splitShare, wholeShare } from "./share.ts";

type Met = readonly [i: number, dueNs: number];

function walk(plan: Plan, share: Share = wholeShare(plan.load.connections)): Met[] {
  const met: Met[] = [];
  for (const cursor = schedule(plan, share); cursor.i >= 0; cursor.advance()) {
    met.push([cursor.i, cursor.dueNs]);
  }
  return met;
}

const RUNS = { numRuns: 400 };
const seeds = fc.integer({ min: 0, max: 4294967295 });

describe("of any arrivals under any stages", () => {
  test("due times do not fall, come before the end, and none comes in a pause", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const plan = openPlanOf(seed);
        const met = walk(plan);
        expect(met.map(([i]) => i)).toEqual(met.map((_, index) => index));
        expect(met.length).toBeLessThanOrEqual(plan.load.requests ?? met.length);
        const bounds = stagesOf(plan);
        let beforeNs = 0;
        for (const [, dueNs] of met) {
          expect(dueNs).toBeGreaterThanOrEqual(beforeNs);
          expect(dueNs).toBeLessThan(timing(plan).endNs);
          const stage = bounds[stageAt(bounds, dueNs)];
          if (stage) expect(stage.fromPerS + stage.toPerS).toBeGreaterThan(0);
          beforeNs = dueNs;
        }
      }),
      RUNS,
    );
  });

  test("the parts of a share meet it, bit for bit, and their parts too", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(seeds, weights, weights, (seed, outer, inner) => {
        const plan = openPlanOf(seed);
        const agents = splitShare(wholeShare(plan.load.connections), outer);
        const parts = agents.flatMap((agent) => splitShare(agent, inner));
        const union = parts.flatMap((part) => walk(plan, part));
        expect(union.sort(([a], [b]) => a - b)).toEqual(walk(plan));
        for (const part of parts) {
          if (connectionsOf(part) === 0) expect(walk(plan, part)).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test("what is counted is what is walked, and the planned end is past it", () => {
    const times = fc.array(fc.double({ min: 0, max: 6e9, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(seeds, times, fc.nat(), (seed, asked, cut) => {
        const plan = openPlanOf(seed);
        const parts = splitShare(wholeShare(plan.load.connections), [1, 1 + (cut % 5)]);
        const share = parts[cut % 2];
        const dues = walk(plan, share).map(([, dueNs]) => dueNs);
        const bounds = stagesOf(plan).flatMap(({ fromNs, toNs }) => [fromNs, toNs]);
        const count = dueCount(plan, share);
        for (const ns of [...asked, ...bounds, ...dues.slice(0, 5), ...dues.slice(-5)]) {
          expect(count.before(ns)).toBe(dues.filter((dueNs) => dueNs < ns).length);
        }
        const endNs = plannedEndNs(plan, share)!;
        if (dues.length > 0) expect(endNs).toBeGreaterThan(dues[dues.length - 1]);
        expect(endNs).toBeLessThanOrEqual(timing(plan).endNs);
      }),
      RUNS,
    );
  });
});

const STAGES = [
  { duration: "1s", rate: "0..200" },
  { duration: "500ms", rate: 0 },
  { duration: "2s", rate: 100 },
  { duration: "1s", rate: "100..0" },
];

describe("jitter", () => {
  test.each([0, 10, 100])("at %d % keeps each within its part of a gap", (percent) => {
    const plan = planOf({ stages: STAGES, arrivals: `jitter:${percent}%` });
    const profile = new RateProfile(plan);
    const shifts = walk(plan).map(([i, dueNs]) => profile.before(dueNs) - i);
    expect(shifts.length).toBeGreaterThanOrEqual(349);
    expect(Math.min(...shifts)).toBeGreaterThanOrEqual(-1e-6);
    expect(Math.max(...shifts)).toBeLessThanOrEqual(percent / 100 + 1e-6);
  });

  test.each([1, 7])("is uniform, and no shift knows of the one before (seed %d)", (seed) => {
    const n = 100_000;
    const plan = planOf({ rate: 1000, requests: n, arrivals: "jitter:40%" }, { seed });
    const shifts = Float64Array.from(walk(plan), ([i, dueNs]) => dueNs / 1e6 - i);
    const lag1 = correlation(shifts.subarray(0, n - 1), shifts.subarray(1));
    expect(Math.abs(lag1)).toBeLessThan(4 / Math.sqrt(n));
    expect(distance(shifts, (shift) => shift / 0.4)).toBeLessThan(critical(n));
  });

  test("does not push one over the end", () => {
    const lengths = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const plan = planOf({ rate: 7, arrivals: "jitter:100%" }, { seed, duration: "500ms" });
      const met = walk(plan);
      lengths.add(met.length);
      expect(dueCount(plan, wholeShare(16)).before(1e9)).toBe(met.length);
    }
    expect([...lengths].sort()).toEqual([3, 4]);
  });
});

describe("bursts", () => {
  const sizes = (plan: Plan) => {
    const found = new Map<number, number>();
    for (const [, dueNs] of walk(plan)) found.set(dueNs, (found.get(dueNs) ?? 0) + 1);
    return [...found];
  };

  test("are whole, and as far apart as so many single ones", () => {
    const plan = planOf({ rate: 100, arrivals: "burst:30" }, { duration: "1s" });
    expect(sizes(plan)).toEqual([0, 3e8, 6e8, 9e8].map((dueNs) => [dueNs, 30]));
  });

  test("are cut by requests alone", () => {
    const plan = planOf({ rate: 100, requests: 50, arrivals: "burst:20" });
    expect(sizes(plan)).toEqual([
      [0, 20],
      [2e8, 20],
      [4e8, 10],
    ]);
    expect(plannedEndNs(plan, wholeShare(16))).toBe(5e8);
  });

  test("under stages keep their size, and none is in a pause", () => {
    const plan = planOf({ stages: STAGES, arrivals: "burst:25" });
    const found = sizes(plan);
    expect(found.map(([, size]) => size)).toEqual(Array.from({ length: 14 }, () => 25));
    expect(found[4][0]).toBe(1.5e9);
  });

  test("of one are constant arrivals", () => {
    const [one, plain] = ["burst:1", "constant"].map((arrivals) =>
      walk(planOf({ rate: 97.3, arrivals }, { duration: "3s" })),
    );
    expect(one).toEqual(plain);
  });
});

/** By change of time: what is Poisson under any rate is Poisson of rate 1 over Λ. */
test.each([1, 2, 4294967295])("Poisson under a ramp (seed %d), and each share of it", (seed) => {
  const stages = [
    { duration: "10s", rate: "0..10000" },
    { duration: "10s", rate: "10000..5000" },
  ];
  const plan = planOf({ stages, connections: 10, arrivals: "poisson" }, { seed });
  const profile = new RateProfile(plan);
  const whole = wholeShare(10);
  for (const share of [whole, ...splitShare(whole, [1, 3, 6])]) {
    const part = connectionsOf(share) / 10;
    let before = 0;
    const gaps = Float64Array.from(walk(plan, share), ([, dueNs]) => {
      const gap = profile.before(dueNs) - before;
      before += gap;
      return gap * part;
    });
    const n = gaps.length;
    expect(Math.abs(n - 125_000 * part)).toBeLessThan(4 * Math.sqrt(125_000 * part));
    const lag1 = correlation(gaps.subarray(0, n - 1), gaps.subarray(1));
    expect(Math.abs(lag1)).toBeLessThan(4 / Math.sqrt(n));
    expect(distance(gaps, (gap) => -Math.expm1(-gap))).toBeLessThan(critical(n));
  }
});

test("what arrivals say, and which of them cannot be told one by one", () => {
  expect(parseArrivals("jitter:12.5%")).toEqual({ process: "jitter", share: 0.125 });
  expect(parseArrivals("burst:50")).toEqual({ process: "burst", size: 50 });
  expect(indexedArrivals(planOf({ rate: 8, requests: 5 }))).toMatchObject({
    count: 5,
    evenPerS: 8,
  });
  expect(() => indexedArrivals(planOf({ arrivals: "poisson" }))).toThrow("one by one");
});
