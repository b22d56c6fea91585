/** A histogram as it is let in. */
import {
  HIGHEST_NS,
  HISTOGRAM_SLOTS,
  type SparseHistogram,
} from "@nightjar/core/record/histogram.ts";
import { PackedHistogram } from "@nightjar/core/record/packed-histogram.ts";
import { countIn, malformed, objectIn } from "./whole.ts";

/** Throws `protocol`. Returns how many it holds. */
export function checkHistogram(value: unknown, where: string): number {
  if (value instanceof PackedHistogram) {
    countIn(value.count, where);
    return value.isSound ? value.count : malformed(where, "it holds another number than it says");
  }
  const histogram = objectIn(value, where) as unknown as SparseHistogram;
  const { slots, counts, count } = histogram;
  if (!(slots instanceof Uint16Array && counts instanceof Float64Array)) {
    malformed(where, "it has no slots");
  }
  if ("addTo" in histogram) malformed(where, "it is no data");
  if (countIn(count, where) !== heldIn(slots, counts, where)) {
    malformed(where, "it holds another number than it says");
  }
  checkMoments(histogram, where);
  return count;
}

function heldIn(slots: Uint16Array, counts: Float64Array, where: string): number {
  const { length } = slots;
  if (counts.length !== length) malformed(where, "not a count for each slot");
  let held = 0;
  let last = -1;
  for (let at = 0; at < length; at++) {
    const slot = slots[at];
    if (slot <= last) malformed(where, "its slots are in no order");
    const samples = counts[at];
    if (!(samples >= 1) || samples % 1 !== 0) malformed(where, "a slot without a count");
    held += samples;
    last = slot;
  }
  if (last >= HISTOGRAM_SLOTS) malformed(where, "a slot that there is not");
  return held;
}

const BIG_MOST = BigInt(HIGHEST_NS);

function checkMoments({ count, min, max, sum, sumSquares }: SparseHistogram, where: string): void {
  const areWhole = Number.isInteger(min) && Number.isInteger(max);
  const isOrdered = areWhole && min >= 0 && max >= min && max <= HIGHEST_NS;
  if (!isOrdered || typeof sum !== "bigint" || typeof sumSquares !== "bigint") {
    malformed(where, "its extremes");
  }
  const most = BigInt(count) * BIG_MOST;
  if (sum < 0n || sum > most || sumSquares < 0n || sumSquares > most * BIG_MOST) {
    malformed(where, "its sums");
  }
}
