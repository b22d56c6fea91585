/**
 * Throttling: an agent that its CPU quota stops again and again does not measure its target. Looked
 * for while it sends, by the share of a Result's health.
 */
import { MILLISECOND_NS, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { THROTTLED_SHARE } from "@nightjar/core/result/health.ts";
import type { Step } from "../messages.ts";

/** Long enough that one full period of a quota is no sickness. */
const WINDOW_NS = 5 * SECOND_NS;

interface Reading {
  readonly atNs: number;
  readonly throttledMs: number;
}

/** Looks at what one agent answers. */
export class ThrottleWatch {
  private readings: Reading[] = [];

  /** Why it is not fit, in words. */
  look(atNs: number, answer: { step: Step; throttledMs: number | null }): string | undefined {
    const { step, throttledMs } = answer;
    if (step !== "running" || throttledMs === null) return undefined;
    this.readings.push({ atNs, throttledMs });
    const [first] = this.readings;
    const overNs = atNs - first.atNs;
    if (overNs < WINDOW_NS) return undefined;
    this.readings.shift();
    const stoppedMs = throttledMs - first.throttledMs;
    if (stoppedMs * MILLISECOND_NS <= THROTTLED_SHARE * overNs) return undefined;
    const overS = Math.round(overNs / SECOND_NS);
    return `its CPU quota stopped it for ${stoppedMs.toFixed(0)} ms of the last ${overS} s`;
  }
}
