import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Plan } from "../plan/plan.ts";
import { emptySnapshot, type Snapshot } from "../record/snapshot.ts";
import { COUNTS } from "../record/tally.ts";
import { resultOf } from "../result/result-of.ts";
import { countDue } from "../schedule/due-count.ts";
import { splitShare, wholeShare } from "../schedule/share.ts";
import { SIMULATED } from "../simulation/child.ts";
import { planOf } from "../simulation/plans.ts";
import { Stage } from "../simulation/stage.ts";
import { type ChildSpec, Collector } from "./collector.ts";
import { RunFold } from "./fold.ts";
import type { Run, RunEvent } from "./load-generator.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

const environment = {
  ...{ host: "h", os: "o", kernel: "k", cpu: "c", cores: 1, cpuQuota: null, memoryMb: 1, bun: "b" },
  ...{ stealPercent: null, throttled: null, suspendedMs: null },
};
const context = {
  ...{ id: "r", startedAt: "2026-01-01T00:00:00Z", generator: SIMULATED, workers: 4, environment },
  deflate: (bytes: Uint8Array) => bytes,
};

interface Recorded {
  readonly plan: Plan;
  readonly specs: readonly ChildSpec[];
  readonly events: readonly RunEvent[];
}

interface Recording extends Recorded {
  readonly world: Stage;
}

/** Everything that the four children of a real run said. `lead`: what is done to it on the way. */
async function record(
  plan: Plan,
  lead: (world: Stage, run: Run) => void = () => {},
): Promise<Recording> {
  const world = new Stage(plan, settle);
  const events: RunEvent[] = [];
  let specs: readonly ChildSpec[] = [];
  const children = [0, 1, 2, 3].map(() => world.child());
  const observe = (event: RunEvent) => void events.push(event);
  const placed = (all: readonly ChildSpec[]) => {
    specs = all;
  };
  const whole = world.ensemble(children, { observe, placed });
  await world.perform(whole, (run) => lead(world, run));
  return { plan, specs, events, world };
}

const stopLate = (world: Stage, run: Run) => world.at(4.3e9, () => run.stop("asked"));
const rest = { warmup: "1.5s", duration: "6.5s", timeout: "2s" };
const recordings = await Promise.all([
  record(planOf({ rate: 40, connections: 8, maxBacklog: 12 }, rest)),
  record(planOf({ rate: 40, connections: 8, maxBacklog: 12, arrivals: "poisson" }, rest)),
  record(planOf({ rate: 40, connections: 8, maxBacklog: 12 }, rest), stopLate),
  record(planOf({ model: "closed", connections: 8 }, rest)),
  record(planOf({ rate: 40, connections: 8, requests: 200, arrivals: "poisson" })),
]);
const recording = fc.constantFrom(...recordings);

function foldOf({ plan, specs }: Recorded, events: readonly RunEvent[]): RunFold {
  const fold = new RunFold(plan, specs);
  for (const event of events) fold.apply(event);
  return fold;
}

const resultFrom = (fold: RunFold) => resultOf(fold.finish(), context);

/** Which events are lost, and an order of the rest in which some come twice. */
const fate = fc.record({
  lost: fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
  order: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 60, maxLength: 60 }),
  twice: fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
  endsLost: fc.boolean(),
});

function survivors(
  { events }: Recorded,
  { lost, endsLost }: { lost: boolean[]; endsLost: boolean },
): RunEvent[] {
  return events.filter((event, index) => {
    if (event.type === "ended") return !endsLost || event.child === "0";
    return !lost[index % lost.length];
  });
}

test("the same Result for every order and every repetition of the same events", () => {
  fc.assert(
    fc.property(recording, fate, (run, how) => {
      const events = survivors(run, how);
      const repeated = events.flatMap((event, index) =>
        how.twice[index % 60] ? [event, event] : event,
      );
      const shuffled = repeated
        .map((event, index) => ({ event, at: how.order[(index * 7) % 60] + index / 1e6 }))
        .sort((a, b) => a.at - b.at)
        .map(({ event }) => structuredClone(event));
      expect(resultFrom(foldOf(run, shuffled))).toEqual(resultFrom(foldOf(run, events)));
    }),
    { numRuns: 150 },
  );
});

test("whatever is missing, the accounts sum, and all that was due is due once", () => {
  fc.assert(
    fc.property(recording, fate, (run, how) => {
      const fold = foldOf(run, survivors(run, how));
      const { phases } = fold.finish().totals;
      for (const { counts } of [phases.warmup, phases.measured]) expectSums(counts);
      if (run.plan.load.model === "closed") return;
      const whole = foldOf(run, run.events).finish().totals.phases;
      expect(phases.warmup.counts.due).toBe(whole.warmup.counts.due);
      expect(phases.measured.counts.due).toBe(whole.measured.counts.due);
    }),
    { numRuns: 150 },
  );
});

function expectSums(counts: Record<(typeof COUNTS)[number], number>): void {
  const { due, sent, dropped, unsent, unknown, completed, failed, censored } = counts;
  expect(due).toBe(sent + dropped + unsent + unknown);
  expect(sent).toBe(completed + failed + censored);
  for (const count of COUNTS) expect(counts[count]).toBeGreaterThanOrEqual(0);
}

test("what a child that was lost leaves unknown is what was due in its missing intervals", () => {
  for (const run of recordings.slice(0, 2)) {
    for (let last = 0; last < 8; last++) {
      const events = run.events.filter(
        (event) => event.child !== "2" || (event.type === "snapshot" && event.interval < last),
      );
      const folded = foldOf(run, events).finish();
      const { share } = run.specs[2];
      const fromNs = Math.max(last * 1e9, 1.5e9);
      expect(folded.totals.phases.measured.counts.unknown).toBe(
        countDue(run.plan, share, fromNs, 8e9)!,
      );
      expect(folded.children[2].intervals).toMatchObject({
        received: last,
        unknownFromNs: last * 1e9,
      });
    }
  }
});

test("a child that ended before the others owes what was due before its own end", () => {
  const [run] = recordings;
  const others = run.events.filter(({ child }) => child !== "2");
  const own = run.events.filter(
    (event) => event.child === "2" && event.type === "snapshot" && event.interval < 2,
  );
  const end = {
    type: "ended",
    child: "2",
    incarnation: 0,
    outcome: "failed",
    reason: "x",
  } as const;
  const fold = foldOf(run, [...others, ...own, { ...end, intervals: 4, untilNs: 2.6e9 }]);
  const { counts } = fold.finish().totals.phases.measured;
  expect(counts.unknown).toBe(countDue(run.plan, run.specs[2].share, 2e9, 2.6e9)!);
});

test("merged first and folded then is folded at once", () => {
  fc.assert(
    fc.property(recording, fate, (run, how) => {
      const events = survivors(run, { ...how, endsLost: false });
      const flat = foldOf(run, events).finish().totals;
      const { folded } = mergeFirst(run, events, () => true);
      const { totals } = folded;
      expect({ ...totals, course: totals.series }).toEqual({ ...flat, course: flat.series });
    }),
    { numRuns: 60 },
  );
});

test("merged snapshots may go missing in their turn", () => {
  fc.assert(
    fc.property(recording, fate, fate, (run, how, then) => {
      const events = survivors(run, { ...how, endsLost: false });
      const { folded } = mergeFirst(run, events, (interval) => !then.lost[interval]);
      const { phases } = folded.totals;
      for (const { counts } of [phases.warmup, phases.measured]) expectSums(counts);
      if (run.plan.load.model === "closed") return;
      const whole = foldOf(run, run.events).finish().totals.phases;
      expect(phases.warmup.counts.due).toBe(whole.warmup.counts.due);
      expect(phases.measured.counts.due).toBe(whole.measured.counts.due);
    }),
    { numRuns: 150 },
  );
});

/** As an ensemble does it; then a fold over those of its snapshots that `arrives`. */
function mergeFirst(
  run: Recorded,
  events: readonly RunEvent[],
  arrives: (interval: number) => boolean,
) {
  const merged: Snapshot[] = [];
  const key = { child: "", incarnation: 0 };
  const collector = new Collector(
    run.plan,
    run.specs,
    key,
    (snapshot) => void merged.push(snapshot),
  );
  for (const event of events) {
    if (event.type === "snapshot") collector.add(event);
    if (event.type === "ended") collector.ended(event);
  }
  collector.finish();
  expect(merged.map(({ interval }) => interval).sort((a, b) => a - b)).toEqual(
    merged.map((_, at) => at),
  );
  const ends = run.events.flatMap((event) => (event.type === "ended" ? event : []));
  const end = { ...ends[0], child: "", intervals: merged.length };
  const fold = new RunFold(run.plan, [{ id: "", share: wholeShare(8), workers: 4 }]);
  for (const snapshot of merged) if (arrives(snapshot.interval)) fold.apply(snapshot);
  fold.apply(end);
  return { folded: fold.finish() };
}

test("a child lost in a run of hours is accounted for in one walk of its schedule", () => {
  const hours = planOf({ rate: 50, connections: 2, arrivals: "poisson" }, { duration: "3h" });
  const [first, second] = splitShare(wholeShare(2), [1, 1]);
  const fold = new RunFold(hours, [
    { id: "0", share: first },
    { id: "1", share: second },
  ]);
  for (let interval = 0; interval < 10_800; interval++) {
    fold.apply(emptySnapshot({ child: "0", incarnation: 0, interval }));
  }
  const { totals, children } = fold.finish();
  expect(totals.phases.measured.counts.unknown).toBe(countDue(hours, second, 0, Infinity)!);
  expect(children[1].intervals).toMatchObject({ expected: 10_800, received: 0 });
});

test("a live fold does not wait for a child that was lost", () => {
  const [run] = recordings;
  const fold = new RunFold(run.plan, run.specs);
  const snapshots = run.events.flatMap((event) => (event.type === "snapshot" ? event : []));
  for (const event of snapshots) if (event.child !== "1" && event.interval < 3) fold.apply(event);
  expect(fold.totals.series).toHaveLength(0);
  const lost = {
    type: "ended",
    child: "1",
    incarnation: 0,
    outcome: "lost",
    reason: "gone",
  } as const;
  fold.apply({ ...lost, intervals: null, untilNs: null });
  expect(fold.totals.series.map(({ interval }) => interval)).toEqual([0, 1, 2]);
});

test("a child's own word on its end outweighs that of who has lost it", () => {
  const [run] = recordings;
  const lost = {
    type: "ended",
    child: "1",
    incarnation: 0,
    outcome: "lost",
    reason: "gone",
  } as const;
  const rumour = { ...lost, intervals: null, untilNs: null };
  const whole = resultFrom(foldOf(run, run.events));
  expect(resultFrom(foldOf(run, [rumour, ...run.events]))).toEqual(whole);
  expect(resultFrom(foldOf(run, [...run.events, rumour]))).toEqual(whole);
  expect(whole.verdict).toMatchObject({ outcome: "pass" });
});

test("who ceases of itself owes the rest of its share, also where it still speaks", async () => {
  const plan = planOf({ rate: 40, connections: 8 }, { duration: "8s", timeout: "2s" });
  const recorded = await record(plan, (stage) =>
    stage.at(4.3e9, () => stage.runs[1].stop("not heard")),
  );
  const ceased = recorded.events.map((event) =>
    event.type === "ended" && event.outcome === "stopped"
      ? ({ ...event, outcome: "lost" } as const)
      : event,
  );
  const { accounting } = resultFrom(foldOf(recorded, ceased));
  expect(accounting.due).toBe(320);
  const owed = 80 - recorded.world.runs[1].life.exchanges.length;
  expect(owed).toBeGreaterThan(30);
  expect(accounting.unknown).toBe(owed);
  const rumour = { ...ceased.find(({ type }) => type === "ended"), child: "1" } as RunEvent;
  const lost = { ...rumour, outcome: "lost", reason: "gone", intervals: null, untilNs: null };
  const first = resultFrom(foldOf(recorded, [lost as RunEvent, ...ceased]));
  expect(first.accounting).toEqual(accounting);
  expect(first.children[1].end.reason).toBe("not heard");
});
