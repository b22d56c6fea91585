import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Plan } from "../plan/plan.ts";
import { dueCount } from "../schedule/due-count.ts";
import { schedule } from "../schedule/schedule.ts";
import {
  connectionsOf,
  countStriped,
  hashed,
  portionOf,
  probeShare,
  type Share,
  splitShare,
  striped,
  wholeShare,
} from "../schedule/share.ts";
import { openPlanOf } from "../simulation/open-plans.ts";

const connections = fc.integer({ min: 1, max: 64 });
const weights = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 });
const cuts = fc.array(
  weights.filter((list) => list.some((one) => one > 0)),
  { minLength: 1, maxLength: 3 },
);

/** A probe in front, and the rest cut again and again. */
function partsOf(whole: Share, how: readonly (readonly number[])[]): Share[] {
  const { probe, rest } = probeShare(whole);
  const cut = (shares: Share[], list: readonly number[]) =>
    shares.flatMap((share) => splitShare(share, list));
  return [probe, ...how.reduce(cut, [rest])];
}

/** Agents, each of them with a probe of its own. */
function probedAgents(whole: Share): Share[] {
  const agents = splitShare(whole, [3, 2, 1]).filter((agent) => connectionsOf(agent) > 0);
  return agents.flatMap((agent) => partsOf(agent, [[1, 1]]));
}

function walk(plan: Plan, share: Share): [number, number][] {
  const met: [number, number][] = [];
  for (const cursor = schedule(plan, share); cursor.i >= 0; cursor.advance()) {
    met.push([cursor.i, cursor.dueNs]);
  }
  return met;
}

function marksOf({ from, to }: Share): number {
  return to - from;
}

test("the probe and all parts of the rest meet one machine's schedule, bit for bit", () => {
  const seeds = fc.integer({ min: 0, max: 4294967295 });
  fc.assert(
    fc.property(seeds, cuts, fc.boolean(), (seed, how, agents) => {
      const plan = openPlanOf(seed);
      const whole = wholeShare(plan.load.connections);
      const parts = agents ? probedAgents(whole) : partsOf(whole, how);
      const union = parts.flatMap((part) => {
        const met = walk(plan, part);
        const count = dueCount(plan, part);
        expect(count.before(Number.POSITIVE_INFINITY)).toBe(met.length);
        for (const [, dueNs] of met.slice(-3)) {
          expect(count.before(dueNs)).toBe(met.filter(([, ns]) => ns < dueNs).length);
        }
        return met;
      });
      expect(union.sort(([a], [b]) => a - b)).toEqual(walk(plan, whole));
    }),
    { numRuns: 300 },
  );
});

test("the probe holds one connection more and a hundredth of the marks; parts keep theirs", () => {
  fc.assert(
    fc.property(connections, cuts, (held, how) => {
      const [probe, ...rest] = partsOf(wholeShare(held), how);
      expect([connectionsOf(probe), marksOf(probe), probe.of]).toEqual([1, held, 100 * held]);
      expect(rest.reduce((sum, part) => sum + connectionsOf(part), 0)).toBe(held);
      for (const part of rest) expect(marksOf(part)).toBe(99 * connectionsOf(part));
      const ends = [probe, ...rest].map(({ to }) => to);
      expect(rest.map(({ from }) => from)).toEqual(ends.slice(0, -1));
      expect(ends.at(-1)).toBe(100 * held);
    }),
  );
});

test("of each hundred in a row the probe has one", () => {
  for (const held of [1, 2, 7, 16, 50, 64, 99_991]) {
    const owns = striped(probeShare(wholeShare(held)).probe);
    const owned: number[] = [];
    for (let i = 0; i < 5000; i++) if (owns(i)) owned.push(i);
    expect(owned).toEqual(Array.from({ length: 50 }, (_, at) => owned[0] + 100 * at));
  }
});

test("a worker beside the probe has its part of each hundred in a row, to within three", () => {
  for (const held of [2, 3, 16, 50, 64]) {
    for (const part of splitShare(probeShare(wholeShare(held)).rest, [1, 2, 1])) {
      const owns = striped(part);
      const owned = Array.from({ length: 2000 }, (_, i) => Number(owns(i)));
      const wanted = (99 * connectionsOf(part)) / held;
      for (let start = 0; start + 100 <= owned.length; start++) {
        const found = owned.slice(start, start + 100).reduce((sum, one) => sum + one, 0);
        expect(Math.abs(found - wanted)).toBeLessThan(3);
      }
    }
  }
});

test("counting by arithmetic agrees with asking for every number", () => {
  const asked = fc.record({ held: connections, how: cuts, n: fc.nat(9000), which: fc.nat() });
  fc.assert(
    fc.property(asked, ({ held, how, n, which }) => {
      const parts = partsOf(wholeShare(held), how);
      const part = parts[which % parts.length];
      const owns = striped(part);
      let owned = 0;
      for (let i = 0; i < n; i++) if (owns(i)) owned++;
      expect(countStriped(part, n)).toBe(owned);
    }),
  );
  const n = 1e12 + 12_345;
  const many = partsOf(wholeShare(99_991), [[1, 2, 4]]);
  expect(many.reduce((sum, share) => sum + countStriped(share, n), 0)).toBe(n);
  expect(countStriped(many[0], n)).toBe(Math.floor(n / 100) + 1);
});

test("hashed, the probe has a hundredth within the bounds of chance", () => {
  const owns = hashed(probeShare(wholeShare(16)).probe, 1);
  let owned = 0;
  for (let i = 0; i < 1_000_000; i++) if (owns(i)) owned++;
  expect(Math.abs(owned - 10_000)).toBeLessThan(4 * Math.sqrt(10_000 * 0.99));
});

test("a backlog is shared out whole, and the probe has its part of it", () => {
  fc.assert(
    fc.property(fc.nat(1e7), connections, cuts, (total, held, how) => {
      const portions = partsOf(wholeShare(held), how).map((part) => portionOf(total, part));
      expect(portions.reduce((sum, portion) => sum + portion, 0)).toBe(total);
      expect(portions[0]).toBe(Math.ceil(total / 100));
    }),
  );
});

test("who has a probe already gets no second one", () => {
  const { probe, rest } = probeShare(wholeShare(4));
  for (const share of [probe, rest]) expect(() => probeShare(share)).toThrow("one probe");
  expect(splitShare(probe, [1, 1]).map(connectionsOf)).toEqual([1, 0]);
});
