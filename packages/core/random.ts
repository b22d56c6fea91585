/**
 * Counter-based random numbers: a pure function of (seed, stream, i), so that any child can draw
 * the number of exchange *i* without having drawn those before it, and all children draw the same
 * one.
 *
 * Two rounds of the 32-bit finalizer of MurmurHash3 (Appleby, public domain constants) over the
 * words of the counter; judged by the Kolmogorov–Smirnov tests in `schedule.test.ts`, not for
 * cryptography.
 */

function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const GOLDEN = 0x9e3779b9;

/**
 * Streams keep draws for different purposes independent of each other. Templates have one for each
 * place where they stand.
 */
export const STREAM = {
  arrivals: 1,
  share: 2,
  choice: 3,
  jitter: 4,
  layout: 5,
  generators: 6,
  randInt: 0x10000,
  uuid: 0x20000,
} as const;

/** 32 random bits (signed), from (seed, stream, i, round). `i` up to 2^53. */
function bits(seed: number, stream: number, i: number, round: number): number {
  const low = i >>> 0;
  const high = Math.floor(i / 4294967296);
  let h = mix((seed ^ Math.imul(stream, GOLDEN)) | 0);
  h = mix((h ^ high ^ Math.imul(round + 1, 0x7feb352d)) | 0);
  h = mix((h + Math.imul(low, GOLDEN)) | 0);
  return mix((h ^ low ^ 0x27d4eb2f) | 0);
}

/** 32 random bits, signed. */
export function word(seed: number, stream: number, i: number): number {
  return bits(seed, stream, i, 0);
}

/** Uniform in [0, 1) with 53 bits. */
export function uniform(seed: number, stream: number, i: number): number {
  const high = bits(seed, stream, i, 0) >>> 5;
  const low = bits(seed, stream, i, 1) >>> 6;
  return (high * 67108864 + low) / 9007199254740992;
}

/** Exponential of mean 1: −ln(1 − U), never infinite because U < 1. */
export function exponential(seed: number, stream: number, i: number): number {
  return -Math.log1p(-uniform(seed, stream, i));
}
