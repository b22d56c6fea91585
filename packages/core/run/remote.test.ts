import { expect, test } from "bun:test";
import type { NightjarError } from "../errors.ts";
import { phaseTally } from "../record/snapshot.ts";
import { planOf } from "../simulation/plans.ts";
import { Stage } from "../simulation/stage.ts";
import type { Message } from "./link.ts";
import type { Transport } from "./memory-link.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const plan = planOf({ rate: 20, connections: 4 }, { duration: "5s", timeout: "2s" });
const stage = () => new Stage(plan, settle);

const intervalsOf = ({ events }: Stage) =>
  events.flatMap((event) => (event.type === "snapshot" ? event.interval : []));

test("a generator at a distance says what one here says", async () => {
  const near = stage();
  await near.perform(near.child());
  const far = stage();
  await far.perform(far.behind(far.behind(far.child())));
  expect(far.events).toEqual(near.events);
  expect(near.ended()).toMatchObject({ outcome: "done", untilNs: 5e9 });
  expect(near.events[0]).toMatchObject({ type: "started", latenessNs: 0 });
});

test("every message twice is every message once", async () => {
  const twice: Transport = (message, deliver) => {
    deliver(message);
    deliver(structuredClone(message));
  };
  const [once, repeated] = [stage(), stage()];
  await once.perform(once.child(), (run) => once.at(2.5e9, () => run.stop("asked")));
  const child = repeated.child({}, { toChild: twice, toParent: twice });
  await repeated.perform(child, (run) => repeated.at(2.5e9, () => run.stop("asked")));
  const told = repeated.events.filter(({ type }) => type !== "started");
  expect(told).toEqual(once.events.filter(({ type }) => type !== "started"));
  expect(once.ended()).toMatchObject({ outcome: "stopped", reason: "asked", untilNs: 2.5e9 });
});

test("the end waits for the snapshots that it counts, in whatever order they come", async () => {
  const world = stage();
  const late: Transport = (message, deliver) => {
    const early = message.type !== "event" || message.event.type !== "snapshot";
    const interval =
      message.type === "event" && message.event.type === "snapshot" ? message.event.interval : 0;
    if (early) deliver(message);
    else world.clock.after((9 - interval) * 1e9, () => deliver(message));
  };
  const end = await world.perform(world.child({}, { toParent: late }));
  const intervals = intervalsOf(world);
  expect(intervals).toHaveLength(end.intervals!);
  expect(intervals.toSorted((a, b) => a - b)).toEqual(intervals.map((_, index) => index));
  expect(intervals).not.toEqual(intervals.toSorted((a, b) => a - b));
});

test("a stop lets what is in flight end; a second one does not", async () => {
  const [once, twice] = [stage(), stage()];
  await once.perform(once.child(), (run) => once.at(2e9, () => run.stop("first")));
  await twice.perform(twice.child(), (run) => {
    twice.at(2e9, () => run.stop("first"));
    twice.at(2.001e9, () => run.stop("second"));
  });
  const censored = ({ events }: Stage) =>
    events.reduce(
      (sum, event) =>
        sum + (event.type === "snapshot" ? phaseTally(event, "measured").counts.censored : 0),
      0,
    );
  expect([censored(once), censored(twice) > 0]).toEqual([0, true]);
  expect(twice.ended().reason).toBe("first");
});

test("stopped before it was started, a run ends with nothing", async () => {
  const world = stage();
  const prepared = world.prepare(world.child());
  await world.play();
  world.listen(await prepared).stop("never mind");
  await world.play();
  expect(world.ended()).toMatchObject({ outcome: "stopped", intervals: 0, untilNs: 0 });
});

test("a refusal comes through with its code and its hint", async () => {
  const world = stage();
  const prepared = world.prepare(world.child({ refusal: "too many connections" }));
  const refusal = prepared.catch((error: NightjarError) => error);
  await world.play();
  expect(await refusal).toMatchObject({
    code: "refused",
    message: "too many connections",
    hint: "ask later",
  });
});

test.each([false, true])(
  "cancelled while it prepares (stubborn: %p), nothing is left behind",
  async (stubborn) => {
    const world = stage();
    const aborter = new AbortController();
    const prepared = world.prepare(world.child({ prepareNs: 2e9, stubborn }), aborter.signal);
    const refusal = prepared.catch((error: NightjarError) => error);
    world.at(1e9, () => aborter.abort("changed my mind"));
    await world.play();
    expect(await refusal).toMatchObject({
      code: "prepare-failed",
      message: "cancelled: changed my mind",
    });
    for (const run of world.runs) expect(run.outcome).toBe("stopped");
    expect(world.runs).toHaveLength(stubborn ? 1 : 0);
  },
);

test("cancelled before it was asked, a child is not asked", async () => {
  const world = stage();
  const sent: Message[] = [];
  const toChild: Transport = (message, deliver) => {
    sent.push(message);
    deliver(message);
  };
  const child = world.child({}, { toChild });
  const refusal = world.prepare(child, AbortSignal.abort("early")).catch((error) => error);
  await world.play();
  expect(await refusal).toMatchObject({ code: "prepare-failed" });
  expect(sent.map(({ type }) => type)).toEqual(["cancel"]);
});

test("a link that closes while preparing loses the child, and the child lets go", async () => {
  const world = stage();
  const prepared = world.prepare(world.child({ prepareNs: 2e9, stubborn: true }));
  const refusal = prepared.catch((error: NightjarError) => error);
  world.at(1e9, () => world.links[0].close("it crashed"));
  await world.play();
  expect(await refusal).toMatchObject({
    code: "lost",
    message: expect.stringContaining("it crashed"),
  });
  expect(world.runs[0].outcome).toBe("stopped");
});

test("a link that closes in the run loses the child, which stops at once", async () => {
  const world = stage();
  const end = await world.perform(world.child(), () =>
    world.at(2.3e9, () => world.links[0].close("gone")),
  );
  expect(end).toMatchObject({ outcome: "lost", reason: "gone", intervals: null });
  expect(intervalsOf(world)).toEqual([0, 1]);
  const sent = world.runs[0].life.exchanges.map(({ sentNs }) => sentNs).filter(Number.isFinite);
  expect(Math.max(...sent)).toBeLessThanOrEqual(2.3e9);
  expect(world.events.filter(({ type }) => type === "ended")).toHaveLength(1);
});

test("a link that closes after the last snapshot and before the end loses the child", async () => {
  const world = stage();
  const withoutEnd: Transport = (message, deliver) => {
    if (message.type === "event" && message.event.type === "ended")
      world.links[0].close("too soon");
    else deliver(message);
  };
  const end = await world.perform(world.child({}, { toParent: withoutEnd }));
  expect(end).toMatchObject({ outcome: "lost", reason: "too soon" });
});

test("what comes after the end is not passed on", async () => {
  const world = stage();
  const again: Transport = (message, deliver) => {
    deliver(message);
    world.clock.after(30e9, () => deliver(message));
  };
  await world.perform(world.child({}, { toParent: again }));
  expect(world.ended().outcome).toBe("done");
});
