/**
 * RateProfile: Λ, the exchanges that a plan of the open loop wants before a time, and its inverse.
 *
 *     per s                ┌──────┐
 *     1000               ╱ │      │ ╲            a piece in front for the warm-up, at the rate with
 *        0 ┌───────────╱   │      │   ╲____      which the first stage begins; then one for each
 *          │ warm-up │ stage 1 │ 2 │ 3 │ 4       stage. A plan without stages is one piece.
 *
 * A piece runs from rate a to rate b in T seconds, evenly, with k = (b − a) / T:
 *
 *     Λ = a·t + k·t²/2          t = 2Λ / (a + √(a² + 2kΛ)), which cancels nowhere (a = b too)
 *
 * Pieces are half-open: what is due at a boundary belongs to the later one. In a pause (rate 0)
 * nothing is due.
 */
import { assert } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { stageRates } from "../plan/plan-load.ts";
import { parseDurationNs, SECOND_NS } from "../plan/quantity.ts";
import { timing } from "../plan/timing.ts";

/** A stage of the measured part: [fromNs, toNs), ns after T0. */
export interface StageBounds {
  readonly fromNs: number;
  /** Infinite where only requests end the run. */
  readonly toNs: number;
  /** Infinite in the closed loop: as fast as answers come. */
  readonly fromPerS: number;
  readonly toPerS: number;
}

/** The stages of the measured part, end to end; a plan without stages has one. */
export function stagesOf(plan: Plan): StageBounds[] {
  const { warmupNs, endNs } = timing(plan);
  const { rate, stages } = plan.load;
  if (stages === undefined) {
    const perS = rate === "max" ? Number.POSITIVE_INFINITY : rate;
    return [{ fromNs: warmupNs, toNs: endNs, fromPerS: perS, toPerS: perS }];
  }
  let toNs = warmupNs;
  return stages.map((stage) => {
    const fromNs = toNs;
    toNs += parseDurationNs(stage.duration);
    return { fromNs, toNs, ...stageRates(stage) };
  });
}

/** The place of the stage in which `ns` lies; −1 in the warm-up, the last one after the end. */
export function stageAt(stages: readonly StageBounds[], ns: number): number {
  return stages.findLastIndex(({ fromNs }) => fromNs <= ns);
}

interface Piece extends StageBounds {
  /** Λ at its two ends. */
  readonly before: number;
  readonly after: number;
  /** k, per s². */
  readonly slope: number;
  /** The last time that is still in it. */
  readonly latestNs: number;
}

/** Of a sum of n pieces, each of four roundings of 2⁻⁵³ at most, by how much it may be off. */
const TOLERANCE = 1e-15;

/** Float noise must not add an exchange, nor move one over a boundary: whole numbers are whole. */
function denoised(sum: number, pieces: number): number {
  const whole = Math.round(sum);
  return Math.abs(sum - whole) <= whole * TOLERANCE * pieces ? whole : sum;
}

function pieceOf(stage: StageBounds, before: number, pieces: number): Piece {
  const { fromNs, toNs, fromPerS, toPerS } = stage;
  const lengthNs = toNs - fromNs;
  return {
    ...stage,
    before,
    after: denoised(before + ((fromPerS + toPerS) * lengthNs) / (2 * SECOND_NS), pieces),
    slope: ((toPerS - fromPerS) * SECOND_NS) / lengthNs,
    latestNs: toNs * (1 - Number.EPSILON / 2),
  };
}

/** The warm-up and the first stage are one piece where the rate does not change between them. */
function piecesOf(plan: Plan): Piece[] {
  const [first, ...rest] = stagesOf(plan);
  const even = first.fromPerS === first.toPerS;
  const warmup = { ...first, fromNs: 0, toNs: first.fromNs, toPerS: first.fromPerS };
  const bounds = even || first.fromNs === 0 ? [{ ...first, fromNs: 0 }] : [warmup, first];
  let before = 0;
  return [...bounds, ...rest].map((stage, index) => {
    const piece = pieceOf(stage, before, index + 1);
    before = piece.after;
    return piece;
  });
}

/** When Λ reaches `x`, which lies in the piece. */
function reachedNs({ before, fromNs, fromPerS, slope }: Piece, x: number): number {
  const more = x - before;
  if (more <= 0) return fromNs;
  if (slope === 0) return fromNs + (more * SECOND_NS) / fromPerS;
  const square = Math.max(fromPerS * fromPerS + 2 * slope * more, 0);
  return fromNs + (2 * more * SECOND_NS) / (fromPerS + Math.sqrt(square));
}

export class RateProfile {
  /** Λ at the end: what the whole plan wants. */
  readonly total: number;
  readonly endNs: number;
  private readonly pieces: readonly Piece[];
  /** Where the last question was, since the next one is near as a rule. */
  private near: Piece;

  constructor(plan: Plan) {
    assert(plan.load.model === "open", "only the open loop has a schedule");
    this.pieces = piecesOf(plan);
    this.near = this.pieces[0];
    const last = this.pieces[this.pieces.length - 1];
    this.total = last.after;
    this.endNs = last.toNs;
  }

  /** Λ(ns). */
  before(ns: number): number {
    if (ns >= this.endNs) return this.total;
    const piece = this.pieces.find(({ toNs }) => ns < toNs) as Piece;
    const t = (ns - piece.fromNs) / SECOND_NS;
    return Math.min(piece.before + t * (piece.fromPerS + (piece.slope * t) / 2), piece.after);
  }

  /**
   * Λ⁻¹(x): when what stands at `x` is due. It lies in the piece that has `x` in [before, after),
   * so what stands at the beginning of a pause is due at its end. From `total` on: the end.
   */
  dueNs(x: number): number {
    const { near } = this;
    const piece = x >= near.before && x < near.after ? near : this.pieceWith(x);
    return piece === undefined ? this.endNs : Math.min(reachedNs(piece, x), piece.latestNs);
  }

  /** The earliest time with Λ(ns) ≥ x: at the beginning of a pause, not at its end. */
  reachedNs(x: number): number {
    const piece = this.pieces.find(({ before, after }) => before < x && x <= after);
    if (piece) return Math.min(reachedNs(piece, x), piece.toNs);
    return x <= 0 ? 0 : this.endNs;
  }

  private pieceWith(x: number): Piece | undefined {
    const piece = this.pieces.find(({ before, after }) => x >= before && x < after);
    if (piece) this.near = piece;
    return piece;
  }
}
