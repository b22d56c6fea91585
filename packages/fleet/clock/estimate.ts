/**
 * How far an agent's monotonic clock is ahead of ours, from questions that it has answered with its
 * time.
 *
 *     ours    sent ───────────────────────── received
 *     theirs           │ remote
 *
 * It read its clock at some instant between our two, so its lead is between remote − received and
 * remote − sent, however the way there and the way back differ: nothing can see that. Of several
 * answers the lead is in all of those spans, each widened by what two clocks may drift apart in its
 * age (Marzullo and Owicki, 1983). The middle of what is left is the offset, half its width the
 * bound.
 */
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { ClockReading } from "../record.ts";

export interface ClockSample {
  /** On our clock. */
  readonly sentNs: number;
  readonly remoteNs: number;
  readonly receivedNs: number;
}

/** Crystals are within 50 ppm of the truth, so two are within 100 ppm of each other. */
const DRIFT = 100e-6;
/** Clocks are read in whole nanoseconds. */
const RESOLUTION_NS = 1;
/** A minute of questions, and those before the start. */
const KEPT = 80;

interface Span {
  readonly atNs: number;
  /** So far from `atNs` it may have been read. */
  readonly halfNs: number;
  readonly lowNs: number;
  readonly highNs: number;
}

export class ClockEstimate {
  private readonly spans: Span[] = [];
  /** Of all samples so far. */
  count = 0;

  add({ sentNs, remoteNs, receivedNs }: ClockSample): void {
    this.count++;
    const span = { lowNs: remoteNs - receivedNs, highNs: remoteNs - sentNs };
    const halfNs = (receivedNs - sentNs) / 2;
    this.spans.push({ atNs: sentNs + halfNs, halfNs, ...span });
    if (this.spans.length > KEPT) this.spans.splice(this.widest(), 1);
  }

  /**
   * At a time of our clock. Spans that contradict newer ones are from before a clock was set, or
   * stood still while its machine slept: the newest counts. `undefined` without any sample.
   */
  at(atNs: number): ClockReading | undefined {
    let lowNs = Number.NEGATIVE_INFINITY;
    let highNs = Number.POSITIVE_INFINITY;
    for (let index = this.spans.length - 1; index >= 0; index--) {
      const span = this.spans[index];
      const driftNs = driftBetween(span, atNs);
      const low = Math.max(lowNs, span.lowNs - driftNs);
      const high = Math.min(highNs, span.highNs + driftNs);
      if (low > high) break;
      lowNs = low;
      highNs = high;
    }
    if (lowNs === Number.NEGATIVE_INFINITY) return undefined;
    return { offsetNs: (lowNs + highNs) / 2, boundNs: (highNs - lowNs) / 2 };
  }

  /** That of the oldest which says least. */
  private widest(): number {
    const nowNs = this.spans[this.spans.length - 1].atNs;
    let widest = 0;
    let widthNs = -1;
    for (let index = 0; index < this.spans.length - 1; index++) {
      const span = this.spans[index];
      const width = span.highNs - span.lowNs + 2 * driftBetween(span, nowNs);
      if (width > widthNs) {
        widest = index;
        widthNs = width;
      }
    }
    return widest;
  }
}

/** By how much the lead may have changed since it was read. */
function driftBetween({ atNs, halfNs }: Span, nowNs: number): number {
  return DRIFT * (Math.abs(nowNs - atNs) + halfNs) + RESOLUTION_NS;
}

/** Before the start so many questions are asked of each agent, at least this far apart. */
export const FIRST_SAMPLES = 8;
export const SAMPLE_GAP_NS = 0.02 * SECOND_NS;
/** For one question to be asked and answered, at leisure, by one process. */
const TURN_NS = 0.0003 * SECOND_NS;
/** So that all of them fit into WAIT.clockNs, however many agents there are. */
const MOST_GAP_NS = 0.4 * SECOND_NS;

/** So far apart that each of many agents has its turn: who asks all at once measures its queue. */
export function sampleGapNs(agents: number): number {
  return Math.min(Math.max(SAMPLE_GAP_NS, agents * TURN_NS), MOST_GAP_NS);
}
