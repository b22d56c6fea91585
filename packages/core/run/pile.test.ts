import { expect, test } from "bun:test";
import { emptySnapshot, mergeSnapshots, type Snapshot } from "../record/snapshot.ts";
import { emptyTally, zeroCounts } from "../record/tally.ts";
import { sparseOf } from "../simulation/samples.ts";
import { decodeFrame, encodeFrame, encodePacked } from "./codec.ts";
import { Pile } from "./pile.ts";

const CHILDREN = 300;
const names = Array.from({ length: CHILDREN }, (_, at) => at);

function sampled(child: number, interval: number) {
  return sparseOf([(child * 31 + interval * 7) % 2000, 1e6 + ((child * 9973) % 5e6)]);
}

interface Shape {
  readonly intervals: number;
  readonly targets: number;
  /** Whether a snapshot is about all targets, or about one. */
  readonly isOfAll?: boolean;
}

/** Packed by some and not by others. */
function snapshotOf(child: number, interval: number, { targets, isOfAll }: Shape): Snapshot {
  const [wait, response] = [sampled(child, 1), sampled(child, interval)];
  const tally = {
    ...emptyTally(),
    counts: { ...zeroCounts(), due: 3, sent: 2, completed: 2, ok: 2, unknown: child },
    statuses: { [200 + (child % 3)]: 2 },
    errors: { [`status-${child % 5}`]: { count: 1, sample: `of ${child}`, atNs: child % 9 } },
    histograms: child % 2 === 0 ? { wait, response } : { response, wait },
    openBefore: { inFlight: child, backlog: 1 },
    open: { inFlight: 1, backlog: child % 2 },
    openAges: { inFlight: sampled(child, 2), backlog: sparseOf([]) },
  };
  const service = sampled(child, 3);
  const snapshot: Snapshot = {
    ...emptySnapshot({ child: String(child), incarnation: 0, interval }),
    cells: Array.from({ length: isOfAll ? targets : 1 }, (_, at) => {
      return { phase: "measured", stage: 0, target: (child + at) % targets, tally };
    }),
    turn: sampled(child, 4),
    connections: { opened: child, reused: 1, closedByServer: 2, failed: 3, resumed: 4 },
    bytes: { sent: child, received: 5 },
    usage: { cpuNs: child, wallNs: 10, rssBytes: child * interval },
    backends: { [`b${child % 2}`]: { completed: 3, errors: 0, failed: 1, service } },
    parts: { expected: 1, received: 1 },
  };
  return child % 3 === 0 ? snapshot : (decodeFrame(encodePacked(snapshot)) as Snapshot);
}

/** Unpacked, and places in order: a sum has them as they come. */
function merged(interval: number, parts: readonly Snapshot[]): Snapshot {
  const whole = mergeSnapshots({ child: "", incarnation: 0, interval }, parts);
  const { cells, ...rest } = decodeFrame(encodeFrame(whole)) as Snapshot;
  return { ...rest, cells: cells.toSorted((a, b) => a.target - b.target) };
}

test.each<[string, Shape]>([
  ["more intervals at once than there may be sums", { intervals: 25, targets: 3 }],
  ["a sum that outgrows all of them", { intervals: 2, targets: 100 }],
  ["more histograms in a snapshot than in all sums", { intervals: 1, targets: 80, isOfAll: true }],
])("what lies on a pile comes to what was put there: %s", (_, shape) => {
  const pile = new Pile();
  const intervals = Array.from({ length: shape.intervals }, (_, interval) => interval);
  for (const child of names) {
    for (const interval of intervals) pile.put(snapshotOf(child, interval, shape));
  }
  for (const interval of intervals) {
    const parts = names.map((child) => snapshotOf(child, interval, shape));
    expect(merged(interval, pile.take(interval))).toEqual(merged(interval, parts));
    expect(pile.take(interval)).toEqual([]);
  }
  expect([...pile.pending]).toEqual([]);
});
