import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { asWritten, stagesOfSeed, type WrittenStage } from "../simulation/open-plans.ts";
import { planOf } from "../simulation/plans.ts";
import { RateProfile, stageAt, stagesOf } from "./rate-profile.ts";
import { schedule } from "./schedule.ts";
import { wholeShare } from "./share.ts";

function stagedPlan(stages: readonly WrittenStage[], warmup = "0s") {
  return planOf({ stages: asWritten(stages), connections: 16 }, { warmup });
}

const seeds = fc.integer({ min: 0, max: 4294967295 });
const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), {
  minLength: 1,
  maxLength: 40,
});

function near(found: number, wanted: number, least = 1): void {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(least, wanted));
}

test("Λ(Λ⁻¹(x)) = x, Λ⁻¹ never falls, and x decides the stage", () => {
  fc.assert(
    fc.property(seeds, parts, (seed, drawn) => {
      const stages = stagesOfSeed(seed);
      const plan = stagedPlan(stages);
      const profile = new RateProfile(plan);
      const bounds = stagesOf(plan);
      let beforeNs = 0;
      for (const part of drawn.sort((a, b) => a - b)) {
        const x = part * profile.total;
        const ns = profile.dueNs(x);
        near(profile.before(ns), x);
        expect(ns).toBeGreaterThanOrEqual(beforeNs);
        expect(ns).toBeLessThan(profile.endNs);
        const { fromNs, fromPerS, toPerS } = bounds[stageAt(bounds, ns)];
        expect(fromPerS + toPerS).toBeGreaterThan(0);
        expect(profile.before(fromNs)).toBeLessThanOrEqual(x);
        beforeNs = ns;
      }
    }),
    { numRuns: 1000 },
  );
});

test("Λ at the boundaries is the sum of the areas, and whole where it ought to be", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const stages = stagesOfSeed(seed);
      const plan = stagedPlan(stages);
      const profile = new RateProfile(plan);
      // In units of 1/20,000 of an exchange everything is whole.
      let area = 0;
      for (const [index, { ms, from, to }] of stages.entries()) {
        area += Math.round((from + to) * 10) * ms;
        const found = profile.before(stagesOf(plan)[index].toNs);
        if (area % 20_000 === 0) expect(found).toBe(area / 20_000);
        else near(found, area / 20_000);
      }
      expect(profile.total).toBe(profile.before(profile.endNs));
    }),
    { numRuns: 1000 },
  );
});

test("a stage that is cut in two is the same stage", () => {
  const stage = fc.record({
    ms: fc.integer({ min: 2, max: 5000 }),
    from: fc.integer({ min: 0, max: 1000 }),
    to: fc.integer({ min: 1, max: 1000 }),
    cut: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  });
  fc.assert(
    fc.property(stage, parts, ({ ms, from, to, cut }, drawn) => {
      const at = Math.ceil(cut * (ms - 1));
      // The rate at the cut, with the digits that a rate may have.
      const middle = Number((from + ((to - from) * at) / ms).toFixed(12));
      const whole = new RateProfile(stagedPlan([{ ms, from, to }]));
      const two = [
        { ms: at, from, to: middle },
        { ms: ms - at, from: middle, to },
      ];
      const cutOne = new RateProfile(stagedPlan(two));
      for (const part of drawn) {
        const ns = part * ms * 1e6;
        near(cutOne.before(ns), whole.before(ns));
      }
    }),
  );
});

test("a plan without stages divides last, whatever its length", () => {
  for (const rate of [0.7, 3, 999, 1e6, 1 / 3]) {
    for (const duration of ["unlimited", "5000s"]) {
      const profile = new RateProfile(planOf({ rate, requests: 5000 }, { duration }));
      for (let i = 0; i < 1600; i++) {
        expect(profile.dueNs(i)).toBe((i * 1e9) / rate);
        expect(profile.reachedNs(i)).toBe((i * 1e9) / rate);
      }
      expect(profile.before(1e9)).toBe(rate);
      expect(profile.total).toBe(duration === "unlimited" ? Number.POSITIVE_INFINITY : rate * 5000);
    }
  }
});

describe("by hand", () => {
  /** How many are due in each stage. */
  function counts(stages: readonly WrittenStage[]): number[] {
    const plan = stagedPlan(stages);
    const bounds = stagesOf(plan);
    const found = bounds.map(() => 0);
    for (const cursor = schedule(plan, wholeShare(16)); cursor.i >= 0; cursor.advance()) {
      found[stageAt(bounds, cursor.dueNs)]++;
    }
    return found;
  }

  const ramp = (ms: number, from: number, to = from) => ({ ms, from, to });

  test.each([
    ["up, hold, down", [ramp(1000, 0, 100), ramp(3000, 100), ramp(500, 100, 0)], [50, 300, 25]],
    ["a pause between", [ramp(1000, 10), ramp(2000, 0), ramp(1000, 10)], [10, 0, 10]],
    ["a pause at both ends", [ramp(1000, 0), ramp(1000, 10), ramp(1000, 0)], [0, 10, 0]],
    ["down to a pause and up", [ramp(1000, 20, 0), ramp(9, 0), ramp(1000, 0, 20)], [10, 0, 10]],
    ["less than one in all", [ramp(100, 1), ramp(100, 2)], [1, 0]],
    ["thirds", [ramp(3000, 1 / 3), ramp(3000, 1 / 3), ramp(3000, 2 / 3)], [1, 1, 2]],
    ["tenths of tenths", Array.from({ length: 100 }, () => ramp(100, 0.1)), firstOf(100)],
  ])("%s", (_, stages, wanted) => {
    expect(counts(stages)).toEqual(wanted);
  });

  function firstOf(length: number): number[] {
    return Array.from({ length }, (_, at) => (at === 0 ? 1 : 0));
  }

  test("what is due at a boundary belongs to the later stage, and after a pause to its end", () => {
    const profile = new RateProfile(stagedPlan([ramp(1000, 10), ramp(2000, 0), ramp(1000, 10)]));
    expect([profile.dueNs(9), profile.dueNs(10), profile.dueNs(11)]).toEqual([0.9e9, 3e9, 3.1e9]);
    expect(profile.reachedNs(10)).toBe(1e9);
    expect(profile.dueNs(10 * (1 - Number.EPSILON))).toBeLessThan(1e9);
    expect([profile.dueNs(20), profile.dueNs(1e9), profile.reachedNs(21)]).toEqual([4e9, 4e9, 4e9]);
    expect([0, 1e9, 2e9, 3.5e9, 4e9, 9e9].map((ns) => profile.before(ns))).toEqual([
      ...[0, 10, 10, 15, 20, 20],
    ]);
  });

  test("a ramp from nothing: the root of the area", () => {
    const profile = new RateProfile(stagedPlan([ramp(10_000, 0, 1000)]));
    expect(profile.dueNs(0)).toBe(0);
    for (const x of [1, 50, 1250, 4999]) near(profile.dueNs(x), Math.sqrt(x / 50) * 1e9);
    expect(profile.total).toBe(5000);
  });

  test("the warm-up goes at the rate with which the first stage begins", () => {
    const plan = stagedPlan([ramp(1000, 50, 100), ramp(1000, 0)], "2s");
    const profile = new RateProfile(plan);
    expect(profile.before(1e9)).toBe(50);
    expect(profile.dueNs(100)).toBe(2e9);
    expect(profile.before(3e9)).toBe(175);
    expect(stagesOf(plan)).toEqual([
      { fromNs: 2e9, toNs: 3e9, fromPerS: 50, toPerS: 100 },
      { fromNs: 3e9, toNs: 4e9, fromPerS: 0, toPerS: 0 },
    ]);
    const at = [0, 1.99e9, 2e9, 2.99e9, 3e9, 5e9].map((ns) => stageAt(stagesOf(plan), ns));
    expect(at).toEqual([-1, -1, 0, 0, 1, 1]);
  });

  test("a plan without stages has one, that covers the measured part", () => {
    const warm = planOf({ rate: 5 }, { warmup: "1s", duration: "3s" });
    expect(stagesOf(warm)).toEqual([{ fromNs: 1e9, toNs: 4e9, fromPerS: 5, toPerS: 5 }]);
    const never = Number.POSITIVE_INFINITY;
    const counted = planOf({ rate: 5, requests: 9 });
    expect(stagesOf(counted)).toEqual([{ fromNs: 0, toNs: never, fromPerS: 5, toPerS: 5 }]);
    const closed = planOf({ model: "closed" }, { duration: "3s" });
    expect(stagesOf(closed)).toEqual([{ fromNs: 0, toNs: 3e9, fromPerS: never, toPerS: never }]);
    expect(() => new RateProfile(closed)).toThrow("only the open loop");
  });

  test("nothing to warm up with is refused", () => {
    expect(() => stagedPlan([ramp(1000, 0, 10)], "1s")).toThrow("warmup: the first stage begins");
  });
});
