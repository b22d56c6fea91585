/**
 * What is promised about speed, judged on what was measured. A Must fails, and an aim is missed,
 * only if the whole interval lies on the wrong side of its limit.
 */
import type { MedianInterval } from "./median-interval.ts";

export interface Claim {
  readonly kind: "must" | "aim";
  /** The key among the values of the bench. */
  readonly value: string;
  readonly says: string;
  readonly limit: { readonly atLeast: number } | { readonly atMost: number };
  /** Decimals of its printed numbers. */
  readonly digits: number;
}

export type Outcome = "holds" | "fails" | "not measured";

export interface Judgement {
  readonly claim: Claim;
  readonly outcome: Outcome;
  /** The median with its interval, or why there is none. */
  readonly measured: string;
}

export function judge(
  claim: Claim,
  interval: MedianInterval | undefined,
  reason = "no value",
): Judgement {
  if (!interval) return { claim, outcome: "not measured", measured: reason };
  const outcome = isBeyond(claim, farthest(claim, interval)) ? "fails" : "holds";
  const doubt = outcome === "holds" && isBeyond(claim, interval.median);
  const measured = `${show(interval, claim.digits)}${doubt ? ", the median beyond it" : ""}`;
  return { claim, outcome, measured };
}

/** `must: rate ≥ 0.85 × wrk: holds: 0.94 [0.91, 0.97]` */
export function lineOf({ claim, outcome, measured }: Judgement): string {
  return `${claim.kind}: ${claim.says}: ${outcome}: ${measured}`;
}

/** The end of the interval that speaks most for the claim. */
function farthest({ limit }: Claim, { low, high }: MedianInterval): number {
  return "atLeast" in limit ? high : low;
}

function isBeyond({ limit }: Claim, value: number): boolean {
  return "atLeast" in limit ? value < limit.atLeast : value > limit.atMost;
}

/** The median, with the interval behind it. */
export function show({ median, low, high }: MedianInterval, digits: number): string {
  return `${median.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}
