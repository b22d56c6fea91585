/**
 * Heard: of which intervals one child has spoken, as stretches that lie end to end. Of a stretch
 * only its two ends are kept, so that a run of days costs as much as one of seconds.
 *
 *     heard  0 1 2 · · 5 6 ·      stretches [0,3) [5,7)
 */
import { type Cell, PHASES, type Phase } from "../record/cell.ts";
import type { SparseHistogram } from "../record/histogram.ts";
import { PackedHistogram } from "../record/packed-histogram.ts";
import { emptySnapshot, phaseOpen, type Snapshot } from "../record/snapshot.ts";
import { emptyTally, type Open } from "../record/tally.ts";

/** What stood open at an instant, by phase. */
export type OpenByPhase = Readonly<Record<Phase, Open>>;

/** Intervals [from, to), and what stood open before the first and after the last of them. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly before: OpenByPhase;
  readonly after: OpenByPhase;
}

export class Heard {
  private readonly stretches: Stretch[] = [];
  /** How many intervals. */
  size = 0;

  /** Whether the snapshot's interval was new. */
  add(snapshot: Snapshot): boolean {
    const { interval } = snapshot;
    const at = this.indexOf(interval);
    const left = this.stretches[at];
    const right = this.stretches[at + 1];
    if (left !== undefined && interval < left.to) return false;
    this.size++;
    const joinsLeft = left?.to === interval;
    const joinsRight = right?.from === interval + 1;
    const joined = {
      from: joinsLeft ? left.from : interval,
      to: joinsRight ? right.to : interval + 1,
      before: joinsLeft ? left.before : openOn(snapshot, "openBefore"),
      after: joinsRight ? right.after : openOn(snapshot, "open"),
    };
    const first = joinsLeft ? at : at + 1;
    this.stretches.splice(first, Number(joinsLeft) + Number(joinsRight), joined);
    return true;
  }

  has(interval: number): boolean {
    const stretch = this.stretches[this.indexOf(interval)];
    return stretch !== undefined && interval < stretch.to;
  }

  /** The stretches on both sides of an interval that was not heard. */
  around(interval: number): { left: Stretch | undefined; right: Stretch | undefined } {
    const at = this.indexOf(interval);
    return { left: this.stretches[at], right: this.stretches[at + 1] };
  }

  /** The first interval from `from` on that was not heard. */
  firstMissing(from: number): number {
    const stretch = this.stretches[this.indexOf(from)];
    return stretch !== undefined && from < stretch.to ? stretch.to : from;
  }

  /** Index of the last stretch that begins at or before `interval`; −1 if none does. */
  private indexOf(interval: number): number {
    let low = 0;
    let high = this.stretches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.stretches[middle].from <= interval) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function openOn(snapshot: Snapshot, side: "openBefore" | "open"): OpenByPhase {
  const [warmup, measured] = PHASES.map((phase) => phaseOpen(snapshot, phase, side));
  return { warmup, measured };
}

export function isAnythingOpen({ cells }: Snapshot): boolean {
  return cells.some(isOpen);
}

function isOpen({ tally: { open } }: Cell): boolean {
  return open.inFlight + open.backlog > 0;
}

/** At its end, and nothing else of it: it can be kept when the message that it came in has gone. */
export function whatIsOpen({ child, incarnation, interval, cells }: Snapshot): Snapshot {
  const openCells = cells.filter(isOpen).map(({ tally: { open, openAges }, ...place }) => {
    const ages = { inFlight: apart(openAges.inFlight), backlog: apart(openAges.backlog) };
    return { ...place, tally: { ...emptyTally(), open, openAges: ages } };
  });
  return { ...emptySnapshot({ child, incarnation, interval }), cells: openCells };
}

function apart(histogram: SparseHistogram): SparseHistogram {
  return histogram instanceof PackedHistogram ? histogram.apart() : histogram;
}
