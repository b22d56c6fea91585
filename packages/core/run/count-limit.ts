/**
 * CountLimit: what ends one child at once: a count of its own has gone above a number. Limits are
 * of each child, never of the run: nobody else is asked, so the count is exact.
 */

import type { FailureKind } from "../record/tally.ts";

/**
 * Of exchanges: `sent`, their first byte was handed to the kernel; `1xx` to `5xx` and `xxx`,
 * answered with such a status; `unconnected`, no connection came about; `broken`, sent, and no
 * whole answer came; `dropped`. Of connections: `opened`.
 */
export const LIMITED_COUNTS = [
  "sent",
  "1xx",
  "2xx",
  "3xx",
  "4xx",
  "5xx",
  "xxx",
  "unconnected",
  "broken",
  "dropped",
  "opened",
] as const;
export type LimitedCount = (typeof LIMITED_COUNTS)[number];

export interface CountLimit {
  readonly count: LimitedCount;
  /** The child ends when there are more than so many. */
  readonly above: number;
}

/** Statuses outside of 100 to 599 are `xxx`. */
export function statusClass(status: number): LimitedCount {
  const hundreds = Math.floor(status / 100);
  return hundreds >= 1 && hundreds <= 5 ? (`${hundreds}xx` as LimitedCount) : "xxx";
}

/** What stood in the way of a connection; every other failure is of what was sent. */
const CONNECTING: ReadonlySet<FailureKind> = new Set<FailureKind>([
  "connect-timeout",
  "connect-refused",
  "connect-failed",
  "no-descriptors",
  "no-ports",
  "proxy",
  "tls",
]);

export function failureCount(kind: FailureKind): "unconnected" | "broken" {
  return CONNECTING.has(kind) ? "unconnected" : "broken";
}
