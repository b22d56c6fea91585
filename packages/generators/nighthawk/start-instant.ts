/**
 * StartInstant: when services begin, on this machine's wall clock. All that share a start are told
 * the same instant, to the nanosecond: the clock is looked at once for all of them, since between
 * two looks a busy machine may stand still.
 */
import { WallClock } from "../process/wall-clock.ts";

export interface StartInstant {
  readonly wallNs: bigint;
  /** What it was read from; good for the instants of the run that begins then. */
  readonly clock: WallClock;
}

let last: StartInstant & { readonly startNs: number };

/** `startNs`: on CLOCK_MONOTONIC. */
export function startInstant(startNs: number): StartInstant {
  if (last?.startNs !== startNs) {
    const clock = new WallClock();
    last = { startNs, clock, wallNs: clock.toWallNs(startNs) };
  }
  return last;
}
