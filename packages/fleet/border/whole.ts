/** Looks at parts of a snapshot: by hand, since a fleet sends a thousand of them each second. */
import { NightjarError } from "@nightjar/core/errors.ts";

/** Throws `protocol`. */
export function malformed(where: string, what: string): never {
  throw new NightjarError("protocol", `it is malformed: ${where}: ${what}`);
}

export function objectIn(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  return malformed(where, "it is none");
}

/** Of which a sum of many is still exact. */
const MOST = 2 ** 40;

export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST;
}

export function countIn(value: unknown, where: string): number {
  return isCount(value) ? value : malformed(where, "a count from 0 on is wanted");
}

export function amountIn(value: unknown, where: string): number {
  if (typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
  return malformed(where, "a number from 0 on is wanted");
}
