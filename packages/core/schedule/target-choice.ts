/**
 * TargetChoice: which target exchange *i* is for: a pure function of *i*, so that every child knows
 * it, and each block of W = Σ weights consecutive *i* holds the targets in exact proportion.
 *
 *     weights 3 : 1, W = 4       i   0 1 2 3 │ 4 5 6 7 │ 8 9 …
 *                                    a a b a │ b a a a │ a a …
 *
 * In block b the exchange at place p is for whom the layout has at p·a + c mod W: the layout is one
 * shuffle of all W, and (a, c), a coprime to W, is drawn for each block. So the choice knows not of
 * the stripes of shares, whatever their period: at any place of a block each target comes with its
 * probability. Weights are divided by their greatest common divisor first.
 */

import type { Target } from "../plan/target-schema.ts";
import { STREAM, uniform } from "../random.ts";

export type TargetChooser = (i: number) => number;
type Weighted = Pick<Target, "weight">;

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Fisher and Yates, by draws that no exchange has. */
function shuffled(layout: Uint8Array, seed: number): Uint8Array {
  for (let last = layout.length - 1; last > 0; last--) {
    const at = Math.floor(uniform(seed, STREAM.layout, last) * (last + 1));
    [layout[last], layout[at]] = [layout[at], layout[last]];
  }
  return layout;
}

/** What a may be: all that is coprime to `block`. */
function unitsOf(block: number): Uint32Array {
  const all = Array.from({ length: block }, (_, at) => at + 1);
  return Uint32Array.from(all.filter((a) => gcd(a, block) === 1));
}

/** Gives the place in `targets`, of which there are at most 256. */
export function targetChooser(targets: readonly Weighted[], seed: number): TargetChooser {
  if (targets.length === 1) return () => 0;
  const divisor = targets.map(({ weight }) => weight).reduce(gcd);
  const layout = Uint8Array.from(
    targets.flatMap(({ weight }, at) => new Array<number>(weight / divisor).fill(at)),
  );
  return inBlocks(shuffled(layout, seed), seed);
}

function inBlocks(layout: Uint8Array, seed: number): TargetChooser {
  const block = layout.length;
  const units = unitsOf(block);
  const pairs = units.length * block;
  let known = -1;
  let factor = 0;
  let shift = 0;
  return (i) => {
    const place = i % block;
    const number = (i - place) / block;
    if (number !== known) {
      known = number;
      const pair = Math.floor(uniform(seed, STREAM.choice, number) * pairs);
      shift = pair % block;
      factor = units[(pair - shift) / block];
    }
    return layout[(place * factor + shift) % block];
  };
}
