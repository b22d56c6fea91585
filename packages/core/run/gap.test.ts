import { expect, test } from "bun:test";
import fc from "fast-check";
import { timing } from "../plan/timing.ts";
import { PHASES, type Phase } from "../record/cell.ts";
import { phaseTally, type Snapshot } from "../record/snapshot.ts";
import type { Tally } from "../record/tally.ts";
import { dueCount } from "../schedule/due-count.ts";
import { wholeShare } from "../schedule/share.ts";
import { planOf } from "../simulation/plans.ts";
import { Stage } from "../simulation/stage.ts";
import { Collector } from "./collector.ts";
import { gapsAround, type Silent } from "./gap.ts";
import { Heard } from "./heard.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const plan = planOf(
  { rate: 3, connections: 2, maxBacklog: 5, arrivals: "poisson" },
  { warmup: "3.5s", duration: "16.5s", timeout: "4s" },
);
const world = new Stage(plan, settle);
await world.perform(world.child());
const said = world.events.flatMap((event) => (event.type === "snapshot" ? event : []));

const count = dueCount(plan, wholeShare(2));
const { warmupNs, endNs } = timing(plan);

function dueIn(interval: number, phase: Phase): number {
  const [lowest, highest] = phase === "warmup" ? [0, warmupNs] : [warmupNs, endNs];
  const fromNs = Math.max(interval * 1e9, lowest);
  const toNs = Math.min((interval + 1) * 1e9, highest);
  return fromNs < toNs ? count.before(toNs) - count.before(fromNs) : 0;
}

function silent(heardOf: readonly Snapshot[]): Silent {
  const heard = new Heard();
  for (const snapshot of heardOf) heard.add(snapshot);
  const last = heardOf.toSorted((a, b) => a.interval - b.interval).at(-1);
  return { id: "", workers: 1, heard, last, dueIn };
}

/** What goes into flight and backlog comes out, or stays. */
function expectBalance({ counts, openBefore, open, openAges }: Tally): void {
  const { due, sent, dropped, unsent, unknown, completed, failed, censored } = counts;
  expect(openBefore.inFlight + sent - completed - failed - censored).toBe(open.inFlight);
  expect(openBefore.backlog + due - sent - dropped - unsent - unknown).toBe(open.backlog);
  expect([openAges.inFlight.count, openAges.backlog.count]).toEqual([open.inFlight, open.backlog]);
  expect(unknown).toBeGreaterThanOrEqual(0);
}

const kept = fc.array(fc.boolean(), { minLength: said.length, maxLength: said.length });

test("a simulated child is honest: its own snapshots balance, and follow on each other", () => {
  let before = said[0];
  for (const snapshot of said) {
    for (const phase of PHASES) {
      expectBalance(phaseTally(snapshot, phase));
      if (snapshot !== before) {
        const { openBefore } = phaseTally(snapshot, phase);
        expect(openBefore).toEqual(phaseTally(before, phase).open);
      }
    }
    before = snapshot;
  }
});

test("gaps balance, follow on what was heard, and leave nothing negative", () => {
  fc.assert(
    fc.property(kept, fc.boolean(), (keep, backwards) => {
      const heardOf = said.filter((_, index) => keep[index]);
      const child = silent(backwards ? heardOf.toReversed() : heardOf);
      const opens = { warmup: { inFlight: 0, backlog: 0 }, measured: { inFlight: 0, backlog: 0 } };
      for (const snapshot of said) {
        const { interval } = snapshot;
        const one = child.heard.has(interval)
          ? snapshot
          : gapsAround(child, 0, interval).find((gap) => gap.interval === interval)!;
        for (const phase of PHASES) {
          const tally = phaseTally(one, phase);
          expectBalance(tally);
          expect(tally.openBefore).toEqual(opens[phase]);
          expect(tally.counts.due).toBe(dueIn(interval, phase));
          opens[phase] = { ...tally.open };
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("intervals are heard once, in whatever order", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(said), fc.nat(said.length), (some, from) => {
      const heard = new Heard();
      for (const snapshot of some) expect(heard.add(snapshot)).toBe(true);
      for (const snapshot of some) expect(heard.add(snapshot)).toBe(false);
      const known = new Set(some.map(({ interval }) => interval));
      expect(heard.size).toBe(known.size);
      for (let interval = -1; interval <= said.length; interval++) {
        expect(heard.has(interval)).toBe(known.has(interval));
      }
      let missing = from;
      while (known.has(missing)) missing++;
      expect(heard.firstMissing(from)).toBe(missing);
    }),
  );
});

test("an ensemble's collector takes nothing from a child that has left, and nothing twice", () => {
  const merged: number[] = [];
  const specs = [{ id: "", share: wholeShare(2) }];
  const collector = new Collector(plan, specs, { child: "", incarnation: 0 }, ({ interval }) => {
    merged.push(interval);
  });
  expect([collector.add(said[0]), collector.add(said[0])]).toEqual([true, false]);
  collector.leave("");
  expect(collector.add(said[1])).toBe(false);
  expect(collector.add({ ...said[1], child: "a stranger" })).toBe(false);
  collector.finish();
  expect(merged).toEqual([0]);
});
