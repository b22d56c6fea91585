/**
 * Gap: what stands in for snapshots that a lost child has not sent, from the pure schedule and its
 * last and next words.
 *
 *     heard … a−1 │ missing a … b−1 │ heard b …      heard … a−1 │ missing a … to the end
 *     open    O₀  │ due D of each   │ open O₁        open    O₀  │ due D of each
 *
 *     middle: unknown = O₀ + D − O₁                  tail: unknown = D, O₀ is censored (in flight)
 *     (what is not open at b has ended unheard)      or unsent (backlog)
 *
 * A gap states what was open at its two ends as any snapshot does, so that merged snapshots balance
 * interval by interval and an ensemble's may go missing in their turn: flight = before + sent −
 * completed − failed − censored, backlog = before + due − sent − dropped − unsent − unknown.
 */
import { type Cell, PHASES, type Phase, UNKNOWN } from "../record/cell.ts";
import { ageless } from "../record/histogram.ts";
import { emptySnapshot, phaseTally, type Snapshot, type SnapshotKey } from "../record/snapshot.ts";
import { emptyTally, NOTHING_OPEN, type Open, type Tally, zeroCounts } from "../record/tally.ts";
import type { Heard, OpenByPhase, Stretch } from "./heard.ts";

/**
 * Exchanges that became due in one interval, by phase; `null` in the closed loop, where nobody can
 * know.
 */
export type DueIn = (interval: number, phase: Phase) => number | null;

/** A child of which something is missing. */
export interface Silent {
  readonly id: string;
  /** Worker processes under it: as many snapshots are missing in each interval. */
  readonly workers: number;
  readonly heard: Heard;
  /** Of its latest snapshot: what stands open. */
  readonly last: Snapshot | undefined;
  readonly dueIn: DueIn;
}

const ALL_CLOSED: OpenByPhase = { warmup: NOTHING_OPEN, measured: NOTHING_OPEN };

/**
 * What stands in for the missing intervals around `interval`: up to the next word, or for
 * `interval` alone in a tail.
 */
export function gapsAround(child: Silent, from: number, interval: number): Snapshot[] {
  const { left, right } = child.heard.around(interval);
  if (right) return middleGaps(child, left?.to ?? from, left, right);
  const first = interval === (left?.to ?? from);
  return [tailGap(child, interval, first ? child.last : undefined)];
}

function blank(child: Silent, interval: number): SnapshotKey & Pick<Snapshot, "parts"> {
  const parts = { expected: child.workers, received: 0 };
  return { child: child.id, incarnation: 0, interval, parts };
}

/** `last`: the child's last snapshot, if it ended just before this interval. */
function tailGap(child: Silent, interval: number, last: Snapshot | undefined): Snapshot {
  const key = blank(child, interval);
  const cells = PHASES.map((phase) => {
    const due = child.dueIn(interval, phase) ?? 0;
    return cellOf(phase, tailTally(due, last && phaseTally(last, phase)));
  });
  return { ...emptySnapshot(key), ...key, cells };
}

/** Beside a snapshot that was heard: what was due in it, by phase, and is nobody's any more. */
export function owedGap(
  child: Silent,
  interval: number,
  dues: readonly (number | null)[],
): Snapshot {
  const key = { child: child.id, incarnation: 0, interval };
  const cells = PHASES.map((phase, at) => cellOf(phase, tailTally(dues[at] ?? 0, undefined)));
  return { ...emptySnapshot(key), cells };
}

/** Of which stage and target they were nobody knows. */
function cellOf(phase: Phase, tally: Tally): Cell {
  return { phase, stage: UNKNOWN, target: UNKNOWN, tally };
}

function tailTally(due: number, last: Tally | undefined): Tally {
  const openBefore = last?.open ?? NOTHING_OPEN;
  const counts = {
    ...zeroCounts(),
    due,
    unknown: due,
    censored: openBefore.inFlight,
    unsent: openBefore.backlog,
  };
  const tally = { ...emptyTally(), counts, openBefore };
  if (!last) return tally;
  const histograms = { censoredAge: last.openAges.inFlight, unsentAge: last.openAges.backlog };
  return { ...tally, histograms };
}

/** From `first` up to the next word. */
function middleGaps(
  child: Silent,
  first: number,
  left: Stretch | undefined,
  right: Stretch,
): Snapshot[] {
  const keys = Array.from({ length: right.from - first }, (_, at) => blank(child, first + at));
  const dues = keys.map(({ interval }) => PHASES.map((phase) => child.dueIn(interval, phase)));
  const columns = PHASES.map((phase, column) => {
    const before = (left?.after ?? ALL_CLOSED)[phase];
    const due = dues.map((row) => row[column]);
    return middleTallies(due, before, right.before[phase]);
  });
  return keys.map((key, at) => {
    const cells = PHASES.map((phase, column) => cellOf(phase, columns[column][at]));
    return { ...emptySnapshot(key), ...key, cells };
  });
}

/**
 * One for each interval. Within the gap as few stay open as must, for `after` to be open at its
 * end; who they are does not matter, since only their sums are ever used.
 */
function middleTallies(dues: readonly (number | null)[], before: Open, after: Open): Tally[] {
  const opens: Open[] = new Array(dues.length);
  let open = after;
  for (let index = dues.length - 1; index >= 0; index--) {
    opens[index] = open;
    const due = dues[index];
    if (due !== null) open = fewer(open, due);
  }
  return dues.map((due, index) =>
    middleTally(due, index === 0 ? before : opens[index - 1], opens[index]),
  );
}

/** `open` without `due` of them, the backlog first: it is the youngest. */
function fewer({ inFlight, backlog }: Open, due: number): Open {
  const left = Math.max(inFlight + backlog - due, 0);
  return { inFlight: Math.min(inFlight, left), backlog: Math.max(left - inFlight, 0) };
}

function middleTally(due: number | null, openBefore: Open, open: Open): Tally {
  const counts = zeroCounts();
  const opened = sizeOf(open) - sizeOf(openBefore);
  counts.sent = open.inFlight - openBefore.inFlight;
  counts.due = due ?? opened;
  counts.unknown = counts.due - opened;
  const openAges = { inFlight: ageless(open.inFlight), backlog: ageless(open.backlog) };
  return { ...emptyTally(), counts, openBefore, open, openAges };
}

function sizeOf({ inFlight, backlog }: Open): number {
  return inFlight + backlog;
}
