/**
 * Share: a rule for which exchange numbers *i* are mine. It is a range of the run's connections.
 *
 *     connections of the run   0 1 2 3 4 5 6 7        of = 8
 *     agent A                 [0       5)             from 0, to 5
 *       its worker A.1        [0   3)                 a Share nests by cutting its range
 *       its worker A.2            [3  5)
 *     agent B                          [5    8)
 *
 * Each *i* has a mark in [0, of): the connection that it belongs to. A child owns the *i* whose
 * marks lie in its range, so ownership is in proportion to connections, a child without a
 * connection owns nothing, and the union of all shares is the whole schedule, whatever the nesting.
 *
 * - Constant arrivals are striped: mark = i·g mod of, with g coprime to `of` and near of/φ, so that
 *   every child's *i* are spread evenly (Weyl sequence); each block of `of` numbers meets each
 *   connection once.
 * - Poisson arrivals are marked by a seeded hash, which is a thinning: each part is an independent
 *   Poisson process.
 */
import { assert } from "./errors.ts";
import { STREAM, uniform } from "./random.ts";

export interface Share {
  readonly from: number;
  readonly to: number;
  readonly of: number;
}

const GOLDEN_SECTION = (Math.sqrt(5) - 1) / 2;

export function wholeShare(connections: number): Share {
  return { from: 0, to: connections, of: connections };
}

export function connectionsOf(share: Share): number {
  return share.to - share.from;
}

/**
 * Cuts `share` in proportion to `weights` (default: evenly) into ranges that lie end to end.
 * A part may be empty. The sizes differ from the exact proportion by less than one connection.
 */
export function splitShare(share: Share, weights: readonly number[]): Share[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  assert(total > 0, "the weights of a split are not all zero");
  const held = connectionsOf(share);
  let passed = 0;
  let from = share.from;
  return weights.map((weight) => {
    passed += weight;
    const to = share.from + Math.round((held * passed) / total);
    const part = { from, to, of: share.of };
    from = to;
    return part;
  });
}

/**
 * `total` things (backlog places, say) for this share; the parts of a split add up to the parts of
 * the whole.
 */
export function portionOf(total: number, share: Share): number {
  return Math.floor((total * share.to) / share.of) - Math.floor((total * share.from) / share.of);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** The stride of the stripes: coprime to `of`, nearest to of/φ. */
export function stride(of: number): number {
  if (of <= 2) return 1;
  let step = Math.max(1, Math.round(of * GOLDEN_SECTION));
  while (gcd(step, of) !== 1) step++;
  return step;
}

/** Whether the *i* that is asked next is owned; `i` must be asked in order, 0, 1, 2 … */
export type Ownership = (i: number) => boolean;

/** Striped ownership; pure in *i* (no state), exact up to i·stride < 2^53. */
export function striped(share: Share): Ownership {
  if (connectionsOf(share) === share.of) return () => true;
  const { from, to, of } = share;
  const step = stride(of);
  return (i) => {
    const mark = ((i % of) * step) % of;
    return mark >= from && mark < to;
  };
}

/** How many *i* in [0, n) a striped share owns; O(log of). */
export function countStriped(share: Share, n: number): number {
  const { from, to, of } = share;
  const blocks = Math.floor(n / of);
  const rest = n - blocks * of;
  const below = (mark: number) => rest - countMarksFrom(mark, rest, of);
  return blocks * (to - from) + below(to) - below(from);
}

/** How many *i* in [0, n) have i·stride mod of ≥ mark: Σ ⌊(i·s + of − mark) / of⌋ − ⌊i·s / of⌋. */
function countMarksFrom(mark: number, n: number, of: number): number {
  const step = stride(of);
  return floorSum(n, of, step, of - mark) - floorSum(n, of, step, 0);
}

/**
 * Σ ⌊(a·i + b) / m⌋ over i in [0, n), by Euclid's algorithm (Graham, Knuth, Patashnik, Concrete
 * Mathematics, §3.5).
 */
function floorSum(n: number, m: number, a: number, b: number): number {
  let total = 0;
  for (;;) {
    total += ((n * (n - 1)) / 2) * Math.floor(a / m) + n * Math.floor(b / m);
    a %= m;
    b %= m;
    const top = a * n + b;
    if (top < m) return total;
    n = Math.floor(top / m);
    b = top % m;
    [m, a] = [a, m];
  }
}

/** Ownership by a seeded hash of *i*. */
export function hashed(share: Share, seed: number): Ownership {
  if (connectionsOf(share) === share.of) return () => true;
  const { from, to, of } = share;
  return (i) => {
    const mark = Math.floor(uniform(seed, STREAM.share, i) * of);
    return mark >= from && mark < to;
  };
}
