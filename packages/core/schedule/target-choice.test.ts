/** Judged at fixed seeds, so that what holds today holds tomorrow. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { hashed, probeShare, splitShare, striped, wholeShare } from "./share.ts";
import { targetChooser } from "./target-choice.ts";

const chooser = (weights: readonly number[], seed = 1) =>
  targetChooser(
    weights.map((weight) => ({ weight })),
    seed,
  );
const seeds = fc.integer({ min: 0, max: 4294967295 });
const someWeights = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

function tally(targetOf: (i: number) => number, numbers: Iterable<number>, targets: number) {
  const counts: number[] = new Array(targets).fill(0);
  for (const i of numbers) counts[targetOf(i)]++;
  return counts;
}

function* range(from: number, to: number, step = 1) {
  for (let i = from; i < to; i += step) yield i;
}

function* owned(owns: (i: number) => boolean, n: number) {
  for (let i = 0; i < n; i++) if (owns(i)) yield i;
}

test("each block of all weights holds the targets in exact proportion", () => {
  fc.assert(
    fc.property(someWeights, seeds, fc.nat(1e10), (weights, seed, block) => {
      const all = weights.reduce((sum, weight) => sum + weight, 0);
      const targetOf = chooser(weights, seed);
      const numbers = range(block * all, (block + 1) * all);
      expect(tally(targetOf, numbers, weights.length)).toEqual(weights);
    }),
  );
});

test("the most targets with the most weights", () => {
  const weights = Array.from({ length: 100 }, (_, at) => 1000 - (at % 2));
  const targetOf = chooser(weights);
  const all = 100 * 999.5;
  expect(tally(targetOf, range(all, 2 * all), 100)).toEqual(weights);
});

test("it depends on the number alone, in whatever order and by whomever it is asked", () => {
  fc.assert(
    fc.property(someWeights, seeds, fc.array(fc.nat(1e13)), (weights, seed, numbers) => {
      const one = chooser(weights, seed);
      const said = numbers.map(one);
      const backwards = [...numbers].reverse().map(one).reverse();
      const afresh = numbers.map((i) => chooser(weights, seed)(i));
      expect([backwards, afresh]).toEqual([said, said]);
    }),
  );
});

test("blocks differ, seeds differ, and one target is always the first", () => {
  const targetOf = chooser([5, 5, 5, 7]);
  const blocks = Array.from(range(0, 50), (b) => [...range(b * 22, b * 22 + 22)].map(targetOf));
  expect(new Set(blocks.map(String)).size).toBeGreaterThan(30);
  expect([...range(0, 22)].map(chooser([5, 5, 5, 7], 2))).not.toEqual(blocks[0]);
  expect(tally(chooser([7]), range(0, 100), 1)).toEqual([100]);
});

/** Of n draws with chance p no more than so many standard deviations off. */
const DEVIATIONS = 4.5;

function expectInProportion(counts: readonly number[], weights: readonly number[]): void {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const n = counts.reduce((sum, count) => sum + count, 0);
  for (const [target, count] of counts.entries()) {
    const chance = weights[target] / all;
    const deviation = Math.sqrt(n * chance * (1 - chance));
    expect(Math.abs(count - n * chance)).toBeLessThan(DEVIATIONS * deviation);
  }
}

const MIXES = [
  [1, 1],
  [3, 1],
  [1, 1, 1, 1],
  [1, 2, 4, 8, 16],
  [30, 20, 10],
  [1, 99],
  [64, 36],
  [500, 300, 201],
  [997, 1],
];

test.each(MIXES.map((mix) => [mix]))("%j: who has each k-th sees it too, for any k", (mix) => {
  const all = mix.reduce((sum, weight) => sum + weight, 0);
  const periods = [...range(2, 41), 64, 100, all, all / 2, 2 * all, all - 1, all + 1];
  for (const k of periods.filter((period) => Number.isInteger(period) && period > 1)) {
    const targetOf = chooser(mix, k);
    for (const first of new Set([0, 1, k - 1])) {
      expectInProportion(tally(targetOf, range(first, 4000 * k, k), mix.length), mix);
    }
  }
});

test.each(MIXES.map((mix) => [mix]))("%j: so do shares, nested, beside a probe, hashed", (mix) => {
  const whole = wholeShare(16);
  const { probe, rest } = probeShare(whole);
  const nested = splitShare(splitShare(whole, [3, 1, 4])[2], [1, 3]);
  const shares = [probe, ...splitShare(rest, [1, 2, 1]), ...splitShare(whole, [1, 1]), ...nested];
  const targetOf = chooser(mix, 3);
  for (const share of shares) {
    for (const owns of [striped(share), hashed(share, 3)]) {
      expectInProportion(tally(targetOf, owned(owns, 100_000), mix.length), mix);
    }
  }
});
