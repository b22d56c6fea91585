import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Plan } from "../plan/plan.ts";
import { timing } from "../plan/timing.ts";
import { planOf } from "../simulation/plans.ts";
import { dueCount } from "./due-count.ts";
import { schedule } from "./schedule.ts";
import {
  connectionsOf,
  countStriped,
  portionOf,
  type Share,
  splitShare,
  stride,
  striped,
  wholeShare,
} from "./share.ts";

/** How a share is cut: a leaf, or weights with a cut for each part. */
type Cut = { readonly weights: readonly number[]; readonly cuts: readonly Cut[] } | null;

const cut: fc.Arbitrary<Cut> = fc.letrec<{ cut: Cut }>((tie) => ({
  cut: fc.option(
    fc
      .array(fc.tuple(fc.integer({ min: 1, max: 9 }), tie("cut")), { minLength: 1, maxLength: 4 })
      .map((parts) => ({
        weights: parts.map(([weight]) => weight),
        cuts: parts.map(([, c]) => c),
      })),
    { maxDepth: 3 },
  ),
})).cut;

function leavesOf(share: Share, how: Cut): Share[] {
  if (how === null) return [share];
  return splitShare(share, how.weights).flatMap((part, index) => leavesOf(part, how.cuts[index]));
}

function walk(plan: Plan, share: Share): [number, number][] {
  const met: [number, number][] = [];
  for (const cursor = schedule(plan, share); cursor.i >= 0; cursor.advance()) {
    met.push([cursor.i, cursor.dueNs]);
  }
  return met;
}

const requests = fc.integer({ min: 1, max: 200 });
const connections = fc.integer({ min: 1, max: 64 });
const arrivals = fc.constantFrom("constant" as const, "poisson" as const);
const seeds = fc.integer({ min: 0, max: 4294967295 });

test("the union of all shares is one machine's schedule, bit for bit, however they nest", () => {
  fc.assert(
    fc.property(requests, connections, arrivals, seeds, cut, (n, c, kind, seed, how) => {
      const plan = planOf({ rate: 1000, requests: n, connections: c, arrivals: kind }, { seed });
      const whole = wholeShare(c);
      const parts = leavesOf(whole, how).map((share) => ({ share, met: walk(plan, share) }));
      for (const { share, met } of parts) if (connectionsOf(share) === 0) expect(met).toEqual([]);
      const union = parts.flatMap(({ met }) => met).sort(([a], [b]) => a - b);
      expect(union).toEqual(walk(plan, whole));
      expect(union.map(([i]) => i)).toEqual(Array.from({ length: n }, (_, i) => i));
    }),
    { numRuns: 400 },
  );
});

test("a split loses no connection, and is within one of its proportion", () => {
  const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), weights, (held, raw) => {
      fc.pre(raw.some((weight) => weight > 0));
      const total = raw.reduce((sum, weight) => sum + weight, 0);
      const parts = splitShare({ from: 3, to: 3 + held, of: 2000 }, raw);
      expect(parts.reduce((sum, part) => sum + connectionsOf(part), 0)).toBe(held);
      for (const [index, part] of parts.entries()) {
        const exact = (held * raw[index]) / total;
        expect(Math.abs(connectionsOf(part) - exact)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("in every window of `of` numbers a striped share owns its connections", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.nat(1e12),
      fc.nat(),
      fc.nat(),
      (of, start, a, b) => {
        const [from, to] = [a % (of + 1), b % (of + 1)].sort((x, y) => x - y);
        const owns = striped({ from, to, of });
        let owned = 0;
        for (let i = start; i < start + of; i++) if (owns(i)) owned++;
        expect(owned).toBe(to - from);
      },
    ),
  );
});

test("the stride meets every connection", () => {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  for (let of = 1; of <= 5000; of++) {
    expect(gcd(stride(of), of)).toBe(1);
    expect(stride(of)).toBeLessThanOrEqual(of);
  }
});

test("counting a striped share by arithmetic agrees with asking for every number", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.nat(2000),
      fc.nat(),
      fc.nat(),
      (of, n, a, b) => {
        const [from, to] = [a % (of + 1), b % (of + 1)].sort((x, y) => x - y);
        const owns = striped({ from, to, of });
        let owned = 0;
        for (let i = 0; i < n; i++) if (owns(i)) owned++;
        expect(countStriped({ from, to, of }, n)).toBe(owned);
      },
    ),
  );
});

test("counting does not lose a unit in the trillions", () => {
  const halves = splitShare(wholeShare(99_991), [1, 2, 4]);
  const n = 1e12 + 12_345;
  expect(halves.reduce((sum, share) => sum + countStriped(share, n), 0)).toBe(n);
});

test("portions of a total add up", () => {
  fc.assert(
    fc.property(fc.nat(1e7), connections, cut, (total, c, how) => {
      const parts = leavesOf(wholeShare(c), how).map((share) => portionOf(total, share));
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
      for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a count of what is due agrees with walking, whatever is asked and in whatever order", () => {
  const times = fc.array(fc.double({ min: 0, max: 3e9, noNaN: true }), { maxLength: 12 });
  fc.assert(
    fc.property(connections, arrivals, seeds, cut, times, (c, kind, seed, how, asked) => {
      const load = { rate: 97.3, connections: c, arrivals: kind };
      const plan = planOf(load, { seed, duration: "2s" });
      const share = leavesOf(wholeShare(c), how)[0];
      const dues = walk(plan, share).map(([, dueNs]) => dueNs);
      const count = dueCount(plan, share);
      for (const ns of [...asked, ...dues.slice(0, 5), 0, timing(plan).endNs]) {
        expect(count.before(ns)).toBe(dues.filter((dueNs) => dueNs < ns).length);
      }
    }),
  );
});
