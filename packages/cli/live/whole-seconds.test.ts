/** A second of the whole is there when every run has told of it, or is over. */
import { expect, test } from "bun:test";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import { RunFold } from "@nightjar/core/run/fold.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import { planOf } from "@nightjar/core/simulation/plans.ts";
import { Stage } from "@nightjar/core/simulation/stage.ts";
import fc from "fast-check";
import { SeveralWatch } from "./several-watch.ts";
import { WholeSeconds } from "./whole-seconds.ts";

const PLANS = [
  planOf({ rate: 40, connections: 8 }, { duration: "6s" }),
  planOf({ rate: 30, connections: 4 }, { duration: "3s", warmup: "1s", seed: 9 }),
];

interface Told {
  readonly fold: RunFold;
  readonly seconds: readonly Snapshot[];
}

/** All that a run in virtual time comes to. */
async function told(plan: (typeof PLANS)[number]): Promise<Told> {
  const world = new Stage(plan, () => new Promise((resolve) => setImmediate(resolve)));
  const seconds: Snapshot[] = [];
  let fold: RunFold | undefined;
  const observe = (event: RunEvent) => fold?.apply(event);
  const placed = (specs: ConstructorParameters<typeof RunFold>[1]) => {
    fold = new RunFold(plan, specs, (merged) => void seconds.push(merged));
  };
  await world.perform(world.ensemble([world.child()], { observe, placed }));
  fold!.finish();
  return { fold: fold!, seconds };
}

const runs = await Promise.all(PLANS.map(told));

/** What is told of the seconds before this. */
const before = ({ seconds }: Told, end: number) => seconds.filter(({ interval }) => interval < end);

const dueIn = (seconds: readonly Snapshot[]) =>
  seconds.flatMap(({ cells }) => cells).reduce((sum, { tally }) => sum + tally.counts.due, 0);

const dueOf = ({ totals: { phases } }: WholeSeconds) =>
  phases.warmup.counts.due + phases.measured.counts.due;

test("a second that one of them has not told of is not there", () => {
  const whole = new WholeSeconds(PLANS, "response");
  for (const merged of before(runs[0], 4)) whole.add(0, merged);
  expect(whole.totals.series).toHaveLength(0);
  for (const merged of before(runs[1], 2)) whole.add(1, merged);
  expect(whole.totals.series).toHaveLength(2);
  expect(dueOf(whole)).toBe(dueIn([...before(runs[0], 2), ...before(runs[1], 2)]));
});

test("who is over is not waited for", () => {
  const whole = new WholeSeconds(PLANS, "response");
  for (const merged of before(runs[0], 4)) whole.add(0, merged);
  whole.over(1);
  expect(whole.totals.series).toHaveLength(4);
});

test("in whatever order runs tell, the whole comes to the same", () => {
  const all = runs.flatMap(({ seconds }, run) => seconds.map((merged) => ({ run, merged })));
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (order) => {
      const whole = new WholeSeconds(PLANS, "response");
      for (const { run, merged } of order) whole.add(run, merged);
      for (const run of runs.keys()) whole.over(run);
      const counts = whole.totals.phases.measured.counts;
      for (const count of ["due", "completed", "failed"] as const) {
        const sum = runs.reduce((n, { fold }) => n + fold.totals.phases.measured.counts[count], 0);
        expect(counts[count]).toBe(sum);
      }
    }),
  );
});

test("the view: rates are added, the whole lasts as long as the longest", () => {
  const watch = new SeveralWatch(runs.map(({ fold }, at) => ({ name: `client ${at + 1}`, fold })));
  expect([watch.hasFigures, watch.view(0, false).whole.second]).toEqual([false, null]);
  for (const [at, run] of runs.entries()) for (const one of before(run, 2)) watch.add(at, one);
  const { whole, clients } = watch.view(2, false);
  expect(watch.hasFigures).toBe(true);
  expect(whole.second?.offeredPerS).toBe(70);
  expect(whole).toMatchObject({ kind: "response", phase: "measured", totalS: 6, leftS: 4 });
  expect(clients.map(({ view, isOver }) => [view.totalS, isOver])).toEqual([
    [6, false],
    [4, false],
  ]);
  watch.over(1, 4.1);
  const later = watch.view(5, true);
  expect(later.clients.map(({ view, isOver }) => [view.phase, view.elapsedS, isOver])).toEqual([
    ["ending", 5, false],
    ["draining", 4.1, true],
  ]);
  expect(later.whole.phase).toBe("ending");
});

test("unlike kinds of latency are none of the whole", () => {
  const service = new RunFold(PLANS[1], [], undefined, "service");
  const watch = new SeveralWatch([
    { name: "client 1", fold: runs[0].fold },
    { name: "client 2", fold: service },
  ]);
  const { whole, clients } = watch.view(1, false);
  expect(whole.kind).toBeNull();
  expect(clients.map(({ view }) => view.kind)).toEqual(["response", "service"]);
});
