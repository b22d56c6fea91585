/** The only clock of the core: injected, so that a fleet can be simulated in virtual time. */

export interface Clock {
  /** Nanoseconds of the host's monotonic clock. */
  nowNs(): number;
  /** Calls `then` once after `delayNs`; the returned function cancels. */
  after(delayNs: number, then: () => void): () => void;
}

const MAX_TIMER_MS = 2_147_483_647;

/**
 * A real clock on `nowNs`, which the host hands in (CLOCK_MONOTONIC is no business of the core).
 */
export function realClock(nowNs: () => number): Clock {
  return {
    nowNs,
    after(delayNs, then) {
      const delayMs = Math.min(Math.max(Math.ceil(delayNs / 1e6), 0), MAX_TIMER_MS);
      const timer = setTimeout(then, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
