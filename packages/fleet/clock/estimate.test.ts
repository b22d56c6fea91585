/** What is said of an agent's clock, beside a clock whose truth is known. */
import { expect, test } from "bun:test";
import { uniform } from "@nightjar/core/random.ts";
import fc from "fast-check";
import { ClockEstimate, FIRST_SAMPLES, SAMPLE_GAP_NS } from "./estimate.ts";

const MS = 1e6;
const S = 1e9;

interface Way {
  readonly outNs: number;
  readonly backNs: number;
}

/** How far the other clock is ahead at a time of ours. */
type Lead = (nowNs: number) => number;

function sample(estimate: ClockEstimate, lead: Lead, sentNs: number, { outNs, backNs }: Way): void {
  const readNs = sentNs + outNs;
  const remoteNs = Math.round(readNs + lead(readNs));
  estimate.add({ sentNs, remoteNs, receivedNs: readNs + backNs });
}

/** The questions before a start, and then one a second for so long. */
function asked(lead: Lead, seconds: number, way: (n: number) => Way): ClockEstimate {
  const estimate = new ClockEstimate();
  for (let n = 0; n < FIRST_SAMPLES; n++) sample(estimate, lead, n * SAMPLE_GAP_NS, way(n));
  for (let s = 1; s <= seconds; s++) sample(estimate, lead, s * S, way(FIRST_SAMPLES + s));
  return estimate;
}

/** Both ways alike: 1 ms, and up to 2 ms more as it happens. */
const symmetric = (seed: number) => (n: number) => {
  const delayNs = Math.round(MS + 2 * MS * uniform(seed, 1, n));
  return { outNs: delayNs, backNs: delayNs };
};

test.each([3 * S, -3 * S, 0, 7200 * S])("a shift of %d ns, symmetric delay", (shiftNs) => {
  const reading = asked(() => shiftNs, 0, symmetric(1)).at(S);
  const errorNs = Math.abs((reading?.offsetNs ?? 0) - shiftNs);
  expect(errorNs).toBeLessThanOrEqual(2 * MS);
  expect(errorNs).toBeLessThanOrEqual(reading?.boundNs as number);
  expect(reading?.boundNs).toBeLessThan(4 * MS);
});

test.each(["outNs", "backNs"] as const)("20 ms more on one leg (%s): nobody can see it", (leg) => {
  const skewed = (n: number) => {
    const way = symmetric(2)(n);
    return { ...way, [leg]: way[leg] + 20 * MS };
  };
  const reading = asked(() => 3 * S, 60, skewed).at(60 * S);
  const errorNs = Math.abs((reading?.offsetNs ?? 0) - 3 * S);
  expect(reading?.boundNs).toBeGreaterThanOrEqual(10 * MS);
  expect(errorNs).toBeLessThanOrEqual(reading?.boundNs as number);
  // It is what the asymmetry makes of it: half of it.
  expect(errorNs).toBeGreaterThan(9 * MS);
});

test("50 ppm over ten minutes are followed: 30 ms", () => {
  const lead = (nowNs: number) => 3 * S + 50e-6 * nowNs;
  const estimate = new ClockEstimate();
  for (let s = 0; s <= 600; s++) {
    sample(estimate, lead, s * S, symmetric(3)(s));
    const nowNs = s * S + 10 * MS;
    const { offsetNs, boundNs } = estimate.at(nowNs) ?? { offsetNs: 0, boundNs: 0 };
    const errorNs = Math.abs(offsetNs - lead(nowNs));
    expect(errorNs).toBeLessThanOrEqual(boundNs);
    expect(errorNs).toBeLessThanOrEqual(2 * MS);
  }
  const moved = (estimate.at(600 * S)?.offsetNs ?? 0) - 3 * S;
  expect(moved / MS).toBeGreaterThan(28);
});

test.each([
  ["is set back", -3 * S],
  ["is set forward", 90 * S],
  ["stood still while its machine slept", -3600 * S],
])("a clock that %s: the next answer counts", (_, jumpNs) => {
  const lead = (nowNs: number) => 5 * S + (nowNs > 30 * S ? jumpNs : 0);
  const estimate = asked(lead, 31, symmetric(4));
  const errorNs = Math.abs((estimate.at(31 * S)?.offsetNs ?? 0) - lead(31 * S));
  expect(errorNs).toBeLessThanOrEqual(estimate.at(31 * S)?.boundNs as number);
  expect(errorNs).toBeLessThanOrEqual(3 * MS);
});

test("of many samples few are kept, and those that say most among them", () => {
  const lead = () => 1234;
  const estimate = new ClockEstimate();
  sample(estimate, lead, 0, { outNs: 1000, backNs: 1000 });
  for (let n = 1; n < 5000; n++) {
    sample(estimate, lead, n * 100_000, { outNs: 5 * MS, backNs: 5 * MS });
  }
  expect(estimate.count).toBe(5000);
  // 0.5 s later: two clocks may have drifted apart by 50 µs.
  expect(estimate.at(0.5 * S)?.boundNs).toBeLessThan(60_000);
});

test("without a sample nothing is known", () => {
  expect(new ClockEstimate().at(0)).toBeUndefined();
});

/** The extremes are where an interval is too narrow first. */
const delay = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 * S }));
const gap = fc.integer({ min: 0, max: 100 * S });
const way = fc.record({ outNs: delay, backNs: delay, gapNs: gap });

test("whatever the delays and drifts up to 100 ppm, the truth is within the bound", () => {
  const ppm = fc.oneof(fc.constantFrom(-100, 100), fc.double({ min: -100, max: 100, noNaN: true }));
  const history = fc.array(fc.record({ way, ppm }), { minLength: 1, maxLength: 120 });
  const shift = fc.integer({ min: -3600 * S, max: 3600 * S });
  const later = fc.integer({ min: 0, max: 60 * S });
  fc.assert(
    fc.property(history, shift, later, (steps, shiftNs, laterNs) => {
      const estimate = new ClockEstimate();
      let nowNs = 0;
      let leadNs = shiftNs;
      const pass = (ns: number, drift: number) => {
        nowNs += ns;
        leadNs += ns * drift * 1e-6;
      };
      for (const { way: one, ppm: drift } of steps) {
        pass(one.gapNs, drift);
        const sentNs = nowNs;
        pass(one.outNs, drift);
        const remoteNs = Math.round(nowNs + leadNs);
        pass(one.backNs, drift);
        estimate.add({ sentNs, remoteNs, receivedNs: nowNs });
      }
      pass(laterNs, steps[0].ppm);
      const reading = estimate.at(nowNs);
      expect(reading).toBeDefined();
      expect(Math.abs((reading?.offsetNs ?? 0) - leadNs)).toBeLessThanOrEqual(
        reading?.boundNs as number,
      );
    }),
    { numRuns: 400, seed: Number(process.env.NIGHTJAR_SEED ?? 1) },
  );
});
