import { expect, test } from "bun:test";
import fc from "fast-check";
import { mergeHistograms, type SparseHistogram } from "../record/histogram.ts";
import { PackedHistogram } from "../record/packed-histogram.ts";
import { emptySnapshot, mergeSnapshots, type Snapshot } from "../record/snapshot.ts";
import { emptyTally, zeroCounts } from "../record/tally.ts";
import { splitShare, wholeShare } from "../schedule/share.ts";
import { planOf } from "../simulation/plans.ts";
import { sparseOf } from "../simulation/samples.ts";
import { decodeFrame, encodePacked } from "./codec.ts";
import { Collector } from "./collector.ts";

const samples = fc.array(fc.integer({ min: 0, max: 3e12 }), { maxLength: 12 }).map(sparseOf);

/** As it was done before: one after another. */
function mergeInTurn(parts: readonly SparseHistogram[]): SparseHistogram {
  return parts.reduce((a, b) => mergeHistograms([a, b]), mergeHistograms([]));
}

test("many histograms at once, packed or not, are those of one after another", () => {
  const some = fc.array(fc.tuple(samples, fc.boolean()), { maxLength: 30 });
  fc.assert(
    fc.property(some, (parts) => {
      const mixed = parts.map(([one, isPacked]) => (isPacked ? PackedHistogram.of(one) : one));
      expect(mergeHistograms(mixed)).toEqual(mergeInTurn(parts.map(([one]) => one)));
    }),
    { numRuns: 300 },
  );
});

const CHILDREN = 40;
const INTERVALS = 130;
const names = Array.from({ length: CHILDREN }, (_, at) => String(at));

function snapshotOf(child: number, interval: number): Snapshot {
  const ns = Array.from(
    { length: 3 },
    (_, at) => 1e6 + (((child * 31 + interval * 7 + at) * 9973) % 5e6),
  );
  const [wait, response] = [sparseOf(ns.map((one) => one % 50)), sparseOf(ns)];
  const counts = { ...zeroCounts(), due: 3, sent: 3, completed: 3, ok: 3 };
  const errors = { reset: { count: 1, sample: `of ${child}`, atNs: ns[0] } };
  const tally = {
    ...emptyTally(),
    counts,
    errors,
    statuses: { 200: 3 },
    histograms: { wait, response },
  };
  return {
    ...emptySnapshot({ child: String(child), incarnation: 0, interval }),
    cells: [{ phase: "measured", stage: 0, target: child % 3, tally }],
    turn: sparseOf(ns),
    backends: { [`b${child % 2}`]: { completed: 3, errors: 0, failed: 1, service: sparseOf(ns) } },
    usage: { cpuNs: child, wallNs: 10, rssBytes: child * interval },
    parts: { expected: 1, received: 1 },
  };
}

/** What `parts` come to, one after another. */
function inTurn(interval: number, parts: readonly Snapshot[]): Snapshot {
  const key = { child: "", incarnation: 0, interval };
  return parts.reduce((a, b) => mergeSnapshots(key, [a, b]), mergeSnapshots(key, []));
}

function byPlace(snapshot: Snapshot): Snapshot {
  return { ...snapshot, cells: snapshot.cells.toSorted((a, b) => a.target - b.target) };
}

/** More snapshots than may lie loose, the last child's after all others'. */
test("what a child holds up is merged as if it had come at once, packed or not", () => {
  const plan = planOf({ rate: 120, connections: CHILDREN }, { duration: `${INTERVALS}s` });
  const shares = splitShare(
    wholeShare(CHILDREN),
    names.map(() => 1),
  );
  const specs = names.map((id, at) => ({ id, share: shares[at] }));
  for (const send of [(one: Snapshot) => one, (one: Snapshot) => decodeFrame(encodePacked(one))]) {
    const merged = new Map<number, Snapshot>();
    const key = { child: "", incarnation: 0 };
    const emit = (one: Snapshot) => {
      expect(merged.has(one.interval)).toBe(false);
      merged.set(one.interval, one);
    };
    const collector = new Collector(plan, specs, key, emit, { emission: "in addition" });
    for (let child = 0; child < CHILDREN; child++) {
      for (let interval = 0; interval < INTERVALS; interval++)
        collector.add(send(snapshotOf(child, interval)) as Snapshot);
    }
    expect(merged.size).toBe(INTERVALS);
    for (const [interval, one] of merged) {
      const parts = names.map((_, child) => snapshotOf(child, interval));
      expect(byPlace(one)).toEqual(byPlace(inTurn(interval, parts)));
    }
  }
});
