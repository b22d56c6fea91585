/** What an origin's log says of the load that came: over how many connections, and how fast. */
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { OriginRow } from "@nightjar/origin/log.ts";

export function connectionsIn(rows: readonly OriginRow[]): number {
  return new Set(rows.map(({ connection }) => connection)).size;
}

export interface SecondsCounted {
  fewest: number;
  most: number;
}

/**
 * How many arrived within any one second, wherever it begins, that lies wholly between the first
 * arrival and the last. Throws when none does.
 *
 *     arrivals   │ │ │  │ │ │ ││ │
 *     [s, s+1)   ├───────┤              The count changes where one of both ends meets an arrival:
 *     (s, s+1]      ├───────┤           what it is there and right behind is all that it can be.
 */
export function arrivalsInAnySecond(rows: readonly Pick<OriginRow, "arrivalNs">[]): SecondsCounted {
  const times = Float64Array.from(rows, ({ arrivalNs }) => arrivalNs).sort();
  const [first, last] = [times[0], times[times.length - 1]];
  if (!(last - first >= SECOND_NS)) throw new Error("all that arrived arrived within a second");
  const starts = [...times, ...times.map((timeNs) => timeNs - SECOND_NS)].filter(
    (startNs) => startNs >= first && startNs + SECOND_NS <= last,
  );
  const counted: SecondsCounted = { fewest: Number.POSITIVE_INFINITY, most: 0 };
  for (const startNs of starts) {
    for (const isBefore of [strictly, orAt]) {
      const arrived = rank(times, startNs + SECOND_NS, isBefore) - rank(times, startNs, isBefore);
      counted.fewest = Math.min(counted.fewest, arrived);
      counted.most = Math.max(counted.most, arrived);
    }
  }
  return counted;
}

type IsBefore = (timeNs: number, limitNs: number) => boolean;
const strictly: IsBefore = (timeNs, limitNs) => timeNs < limitNs;
const orAt: IsBefore = (timeNs, limitNs) => timeNs <= limitNs;

/** How many of the sorted times come before. */
function rank(times: Float64Array, limitNs: number, isBefore: IsBefore): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(times[middle], limitNs)) low = middle + 1;
    else high = middle;
  }
  return low;
}
