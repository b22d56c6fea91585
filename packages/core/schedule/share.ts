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
 * - All arrivals but Poisson are striped: mark = i·g mod of, with g coprime to `of` and near of/φ,
 *   so that every child's *i* are spread evenly (Weyl sequence); each block of `of` numbers meets
 *   each connection once.
 * - Poisson arrivals are marked by a seeded hash, which is a thinning: each part is an independent
 *   Poisson process.
 *
 * Where a probe stands in front, each connection has a hundred marks, and the first hundredth of
 * them all is the probe's, who opens one connection more and is nearly idle:
 *
 *     marks   0 … 7  8 … 403      404 … 799        of = 800: 100 lanes of 8 marks
 *             probe  worker 0.1   worker 0.2
 *     holds   1      4            4 connections
 *
 * The lane of *i* is that of i mod 100, striped in its turn, so that of each hundred in a row the
 * probe has one.
 */
import { assert } from "../errors.ts";
import { STREAM, uniform } from "../random.ts";

export interface Share {
  readonly from: number;
  readonly to: number;
  readonly of: number;
  /** What it holds where a probe stands in front; absent: a connection for each mark. */
  readonly connections?: number;
}

/** The probe has one in so many. */
const LANES = 100;

const GOLDEN_SECTION = (Math.sqrt(5) - 1) / 2;

export function wholeShare(connections: number): Share {
  return { from: 0, to: connections, of: connections };
}

function marksOf({ from, to }: Share): number {
  return to - from;
}

export function connectionsOf(share: Share): number {
  return share.connections ?? marksOf(share);
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
  let before = 0;
  return weights.map((weight) => {
    passed += weight;
    const after = Math.round((held * passed) / total);
    const part = partOf(share, before, after);
    before = after;
    return part;
  });
}

/** Its connections from `before` up to `after`, with the marks of each. */
function partOf(share: Share, before: number, after: number): Share {
  const { from, of, connections } = share;
  const each = connections ? marksOf(share) / connections : 1;
  const range = { from: from + before * each, to: from + after * each, of };
  return connections === undefined ? range : { ...range, connections: after - before };
}

/** Both cut from `share`, which is cut no other way; so are all shares of the run, or none. */
export interface ProbedShare {
  /** One connection and a hundredth of the exchanges. */
  readonly probe: Share;
  /** All connections of `share`, and the other exchanges. */
  readonly rest: Share;
}

export function probeShare(share: Share): ProbedShare {
  assert(share.connections === undefined, "one probe stands in front of a share");
  const held = marksOf(share);
  assert(held > 0, "a share with a probe holds a connection");
  const [from, to, of] = [share.from * LANES, share.to * LANES, share.of * LANES];
  return {
    probe: { from, to: from + held, of, connections: 1 },
    rest: { from: from + held, to, of, connections: held },
  };
}

/**
 * `total` things (backlog places, say) for this share, in proportion to its marks; the parts of a
 * split add up to the parts of the whole. Who is first has the odd one, so a probe goes without
 * only where there is nothing.
 */
export function portionOf(total: number, share: Share): number {
  return Math.ceil((total * share.to) / share.of) - Math.ceil((total * share.from) / share.of);
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
  if (marksOf(share) === share.of) return () => true;
  return share.connections === undefined ? stripedByMark(share) : stripedByLane(share);
}

function stripedByMark({ from, to, of }: Share): Ownership {
  const step = stride(of);
  return (i) => {
    const mark = ((i % of) * step) % of;
    return mark >= from && mark < to;
  };
}

function stripedByLane({ from, to, of }: Share): Ownership {
  const width = of / LANES;
  const step = stride(width);
  const firstOfLane = lanes(width);
  return (i) => {
    const place = i % LANES;
    const round = (i - place) / LANES;
    const mark = firstOfLane[place] + (((round % width) * step) % width);
    return mark >= from && mark < to;
  };
}

/** The first mark of the lane of each i mod 100. */
function lanes(width: number): Float64Array {
  const step = stride(LANES);
  return Float64Array.from({ length: LANES }, (_, place) => ((place * step) % LANES) * width);
}

/** How many *i* in [0, n) a striped share owns; O(log of). */
export function countStriped(share: Share, n: number): number {
  const { from, to, of } = share;
  if (share.connections === undefined) return countMarks(from, to, n, of);
  const width = of / LANES;
  let total = 0;
  for (const [place, first] of lanes(width).entries()) {
    const low = Math.min(Math.max(from - first, 0), width);
    const high = Math.min(Math.max(to - first, 0), width);
    const rounds = Math.max(0, Math.ceil((n - place) / LANES));
    if (high > low) total += countMarks(low, high, rounds, width);
  }
  return total;
}

/** How many *i* in [0, n) have i·stride mod of in [from, to). */
function countMarks(from: number, to: number, n: number, of: number): number {
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
  if (marksOf(share) === share.of) return () => true;
  const { from, to, of } = share;
  return (i) => {
    const mark = Math.floor(uniform(seed, STREAM.share, i) * of);
    return mark >= from && mark < to;
  };
}
