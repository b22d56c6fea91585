/** A machine's clock, as it is beside the true one: set to another time, and faster or slower. */
import type { Clock } from "@nightjar/core/run/clock.ts";

export interface Drift {
  /** By how much it is ahead when the true clock shows 0. */
  readonly shiftNs: number;
  /** Millionths that it is too fast. */
  readonly driftPpm: number;
}

/** Whole nanoseconds. Who waits for a time on it does not wake before it shows that time. */
export function driftingClock(clock: Clock, { shiftNs, driftPpm }: Drift): Clock {
  const rate = 1 + driftPpm / 1e6;
  const shown = (trueNs: number) => Math.round(shiftNs + trueNs * rate);
  return {
    nowNs: () => shown(clock.nowNs()),
    after(delayNs, then) {
      const trueNs = clock.nowNs();
      const untilNs = shown(trueNs) + Math.max(delayNs, 0);
      let atNs = Math.floor((untilNs - shiftNs) / rate);
      while (shown(atNs) < untilNs) atNs++;
      return clock.after(atNs - trueNs, then);
    },
  };
}
