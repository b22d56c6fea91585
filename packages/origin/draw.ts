/**
 * Seeded draws: a pure function of (seed, index, purpose), so that the same request draws the same
 * delay however the requests are interleaved. The index is the exchange number where the request
 * carries one.
 */

/** What a draw is for; draws of one request with different purposes are independent. */
export const Purpose = { delay: 1, service: 2, status: 3, reset: 4, silence: 5, abort: 6 } as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

/** The finalizer of MurmurHash3 (32 bits): every input bit reaches every output bit. */
function mix(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Uniform in the open interval (0, 1), in steps of 2⁻³². Index: an integer below 2⁵³. */
export function uniform(seed: number, index: number, purpose: Purpose): number {
  let h = mix((seed | 0) ^ Math.imul(purpose, 0x9e3779b1));
  h = mix(h ^ (index | 0));
  h = mix(h ^ Math.imul(Math.floor(index / 2 ** 32) + 1, 0x27d4eb2f));
  return ((h >>> 0) + 0.5) / 2 ** 32;
}

/**
 * One outcome of a list of chances: `value` when the draw falls below `below` and below no earlier
 * one.
 */
export interface Chance {
  value: number;
  below: number;
}

/** The value that the uniform draw `u` selects, or `otherwise`. */
export function choose(chances: readonly Chance[], u: number, otherwise: number): number {
  for (const chance of chances) if (u < chance.below) return chance.value;
  return otherwise;
}

/** How a duration is drawn. */
export type Duration =
  | { kind: "fixed"; ns: number }
  | { kind: "exponential"; meanNs: number }
  | { kind: "chances"; chances: readonly Chance[] };

/** A whole number of nanoseconds: −mean·ln(1−u) for the exponential, 0 where no chance applies. */
export function drawDurationNs(duration: Duration, u: number): number {
  if (duration.kind === "fixed") return duration.ns;
  if (duration.kind === "exponential") return Math.round(-duration.meanNs * Math.log1p(-u));
  return choose(duration.chances, u, 0);
}
