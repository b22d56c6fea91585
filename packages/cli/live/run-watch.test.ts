/** What the live view says, beside what a simulated run knows of itself. */
import { describe, expect, test } from "bun:test";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { ChildSpec } from "@nightjar/core/run/collector.ts";
import { RunFold } from "@nightjar/core/run/fold.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import type { SimulatedExchange } from "@nightjar/core/simulation/life.ts";
import { planOf } from "@nightjar/core/simulation/plans.ts";
import { Stage } from "@nightjar/core/simulation/stage.ts";
import { RunWatch } from "./run-watch.ts";

interface Recorded {
  readonly plan: Plan;
  readonly specs: readonly ChildSpec[];
  readonly events: readonly RunEvent[];
  readonly exchanges: readonly SimulatedExchange[];
}

/** All that two children of a run in virtual time say. */
async function record(plan: Plan): Promise<Recorded> {
  const world = new Stage(plan, () => new Promise((resolve) => setImmediate(resolve)));
  const events: RunEvent[] = [];
  let specs: readonly ChildSpec[] = [];
  const observe = (event: RunEvent) => void events.push(event);
  const placed = (all: readonly ChildSpec[]) => {
    specs = all;
  };
  await world.perform(world.ensemble([world.child(), world.child()], { observe, placed }));
  return { plan, specs, events, exchanges: world.runs.flatMap(({ life }) => life.exchanges) };
}

/** After so many seconds. */
function watchAfter({ plan, specs, events }: Recorded, seconds: number): RunWatch {
  const fold = new RunFold(plan, specs);
  const watch = new RunWatch(fold);
  watch.view(0, false);
  for (const event of events) {
    if (event.type === "snapshot" && event.interval < seconds) fold.apply(event);
  }
  return watch;
}

const LOAD = { rate: 40, connections: 8, maxBacklog: 12 };
const staged = await record(planOf(LOAD, { warmup: "2s", duration: "6s", timeout: "2s" }));
const numbered = await record(planOf({ ...LOAD, requests: 200 }));
const closed = await record(planOf({ model: "closed", connections: 8 }, { duration: "4s" }));

describe("the figures", () => {
  test("are those of the exchanges, at each second", () => {
    const { exchanges } = staged;
    for (let second = 1; second <= 8; second++) {
      const view = watchAfter(staged, second).view(second, false);
      const untilNs = second * 1e9;
      const within = (ns: number) => ns >= untilNs - 1e9 && ns < untilNs;
      const ended = exchanges.filter(({ endNs }) => endNs < untilNs);
      const fate = (...fates: string[]) => ended.filter((one) => fates.includes(one.fate)).length;
      const answered = ended.filter(({ fate: of, endNs }) => {
        return within(endNs) && (of === "ok" || of === "error");
      });
      expect(view.second).toEqual({
        offeredPerS: exchanges.filter(({ dueNs }) => within(dueNs)).length,
        answeredPerS: answered.length,
      });
      expect(view.errors).toBe(fate("error", "failed"));
      expect(view.dropped).toBe(fate("dropped"));
      const open = exchanges.filter(({ dueNs, endNs }) => dueNs < untilNs && endNs >= untilNs);
      const flying = open.filter(({ sentNs }) => sentNs < untilNs).length;
      expect([view.inFlight, view.backlog]).toEqual([flying, open.length - flying]);
    }
  });

  test("errors by kind add up to all of them", () => {
    const { errors, errorKinds } = watchAfter(staged, 8).view(8, false);
    const answered = errorKinds.reduce((sum, [, n]) => sum + n, 0);
    expect(errorKinds.map(([kind]) => kind)).toContain("status-503");
    expect(answered).toBeLessThanOrEqual(errors);
  });

  test("latencies are of the measured part as soon as it has begun", () => {
    const { exchanges } = staged;
    const slowest = (phase: string, untilNs: number) => {
      const ok = exchanges.filter((one) => one.phase === phase && one.fate === "ok");
      const ages = ok.flatMap(({ dueNs, endNs }) => (endNs < untilNs ? [endNs - dueNs] : []));
      return Math.max(...ages) / 1e6;
    };
    const atLeast = (seconds: number) => {
      const { max } = watchAfter(staged, seconds).view(seconds, false).latencyMs;
      return typeof max === "object" ? (max?.atLeast ?? 0) : max;
    };
    expect(atLeast(2)).toBeGreaterThanOrEqual(Math.floor(slowest("warmup", 2e9)) * 0.99);
    expect(atLeast(8)).toBeGreaterThanOrEqual(Math.floor(slowest("measured", 8e9)) * 0.99);
  });

  test("the course has a mark for each second; with few samples their maximum", () => {
    const { course } = watchAfter(staged, 5).view(5, false);
    expect(course.name).toBe("max");
    expect(course.ms).toHaveLength(5);
  });

  test("the closed loop offers nothing", () => {
    expect(watchAfter(closed, 2).view(2, false).second?.offeredPerS).toBeNull();
  });

  test("nothing has come in yet", () => {
    const watch = watchAfter(staged, 0);
    expect(watch.hasFigures).toBe(false);
    expect(watch.view(0.2, false)).toMatchObject({ second: null, errors: 0, inFlight: 0 });
  });
});

describe("where the run stands", () => {
  const at = (elapsedS: number, isEnding = false) =>
    watchAfter(staged, Math.floor(elapsedS)).view(elapsedS, isEnding);

  test("by time: warm-up, measured, draining", () => {
    expect(at(1.5)).toMatchObject({ phase: "warm-up", done: 1.5 / 8, leftS: 6.5, totalS: 8 });
    expect(at(2)).toMatchObject({ phase: "measured", done: 0.25, leftS: 6 });
    expect(at(9)).toMatchObject({ phase: "draining", done: 1, leftS: 1 });
    expect(at(4, true)).toMatchObject({ phase: "ending", leftS: null });
  });

  test("by number of requests, as many as are due", () => {
    const view = watchAfter(numbered, 2).view(2.4, false);
    expect(view).toMatchObject({ phase: "measured", totalS: null, done: 80 / 200, leftS: 3 });
    expect(watchAfter(numbered, 0).view(0.1, false)).toMatchObject({ done: null, leftS: null });
    expect(watchAfter(numbered, 5).view(5, false)).toMatchObject({ phase: "draining", done: 1 });
  });

  test("by stage, counted from the end of the warm-up", () => {
    const stages = [
      { duration: "2s", rate: "10..40" },
      { duration: "4s", rate: 40 },
    ];
    const plan = planOf({ stages, connections: 8 }, { warmup: "1s" });
    const watch = new RunWatch(new RunFold(plan, []));
    const stageAt = (elapsedS: number) => watch.view(elapsedS, false).stage;
    expect([0, 1, 2.9, 3, 6.9].map(stageAt)).toEqual([
      null,
      { number: 1, of: 2 },
      { number: 1, of: 2 },
      { number: 2, of: 2 },
      { number: 2, of: 2 },
    ]);
    expect([stageAt(7), at(4).stage]).toEqual([null, null]);
  });
});
