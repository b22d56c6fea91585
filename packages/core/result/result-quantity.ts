/** Nanoseconds inside → milliseconds in documents. */

import { MILLISECOND_NS } from "../plan/quantity.ts";
import type { Quantity } from "../record/percentile.ts";
import type { ResultQuantity } from "./result.ts";

export function milliseconds(ns: number): number {
  return Math.round(ns) / MILLISECOND_NS;
}

/** Three significant digits, downwards: still surely true. */
export function floorMilliseconds(ns: number): number {
  if (ns <= 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(ns)) - 2);
  const floored = Math.floor(ns / step) * step;
  return Number((floored / MILLISECOND_NS).toPrecision(3));
}

export function quantityMs(quantity: Quantity | null): ResultQuantity {
  if (quantity === null) return null;
  if ("atLeast" in quantity) return { atLeast: floorMilliseconds(quantity.atLeast) };
  return milliseconds(quantity.value);
}
