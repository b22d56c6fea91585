/**
 * Fidelity: how near to the truth a percentile is, by what a generator says of its latencies.
 *
 *     histogram    the buckets of a recorder like ours, or each latency
 *     buckets      coarse buckets: a percentile stands at the upper edge of its own
 *     percentiles  the tool's percentiles and nothing between them; they cannot be merged
 */

/** From the best to the worst. */
export const FIDELITIES = ["histogram", "buckets", "percentiles"] as const;
export type FidelityKind = (typeof FIDELITIES)[number];

export interface Fidelity {
  readonly kind: FidelityKind;
  /** A percentile is at most so much too high, as a fraction; `null`: nobody knows. */
  readonly relativeError: number | null;
}

/** Of our own histograms: three significant digits. */
export const HISTOGRAM_ERROR = 0.001;

/** What a generator's headline latency is: from due to done, or from the sending on. */
export const LATENCY_MEANINGS = ["response", "service"] as const;
export type LatencyMeaning = (typeof LATENCY_MEANINGS)[number];

/** Of a whole: that of its worst part. */
export function weakestFidelity(parts: readonly Fidelity[]): Fidelity | undefined {
  const [first, ...rest] = parts;
  return rest.reduce<Fidelity | undefined>((a, b) => (a && isWorse(b, a) ? b : a), first);
}

function isWorse(a: Fidelity, b: Fidelity): boolean {
  const [x, y] = [FIDELITIES.indexOf(a.kind), FIDELITIES.indexOf(b.kind)];
  const error = (one: Fidelity) => one.relativeError ?? Number.POSITIVE_INFINITY;
  return x === y ? error(a) > error(b) : x > y;
}
