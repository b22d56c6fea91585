import { expect, test } from "bun:test";
import { connectionsOf, striped } from "../schedule/share.ts";
import { SIMULATED, simulatedChild } from "../simulation/child.ts";
import { planOf } from "../simulation/plans.ts";
import { Stage } from "../simulation/stage.ts";
import type { ChildSpec } from "./collector.ts";
import { RunFold } from "./fold.ts";
import type { RunEvent } from "./load-generator.ts";
import type { Transport } from "./memory-link.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const plan = planOf({ rate: 60, connections: 6 }, { duration: "6s", timeout: "2s" });
const stage = (of = plan) => new Stage(of, settle);
const threeOf = (world: Stage) => [world.child(), world.child(), world.child()];

function countsOf(world: Stage) {
  const fold = new RunFold(world.plan, [{ id: "", share: world.order().share, workers: 3 }]);
  for (const event of world.events) fold.apply(event);
  return fold.finish().totals.phases.measured.counts;
}

test("three children say together what one would: every exchange is due once", async () => {
  const [one, three] = [stage(), stage()];
  await one.perform(one.child());
  await three.perform(three.ensemble(threeOf(three)));
  expect(countsOf(three).due).toBe(360);
  expect(countsOf(one).due).toBe(360);
  expect(three.ended()).toMatchObject({ outcome: "done", untilNs: 6e9, child: "" });
  expect(three.events[0]).toMatchObject({ type: "started", child: "" });
  expect(three.events.filter(({ type }) => type === "started")).toHaveLength(1);
});

test("the share is split by weight, and a child without a connection takes no part", async () => {
  const world = stage();
  let placed: readonly ChildSpec[] = [];
  const ensemble = world.ensemble(threeOf(world), {
    weights: [2, 0, 1],
    placed: (specs) => {
      placed = specs;
    },
  });
  await world.perform(ensemble);
  expect(placed.map(({ id, share }) => [id, connectionsOf(share)])).toEqual([
    ["0", 4],
    ["2", 2],
  ]);
  expect(countsOf(world).due).toBe(360);
});

test("one that refuses cancels the others, and its reason is told", async () => {
  const world = stage();
  const children = [
    world.child({ prepareNs: 5e9 }),
    world.child({ prepareNs: 1e9, refusal: "no room" }),
    world.child({ prepareNs: 2e9, stubborn: true }),
    world.child(),
  ];
  const refusal = world.prepare(world.ensemble(children)).catch((error) => error);
  await world.play();
  expect(await refusal).toMatchObject({ code: "refused", message: "no room" });
  for (const run of world.runs) expect(run.outcome).toBe("stopped");
});

test("cancelled while it prepares, it leaves nothing behind, though a child is deaf", async () => {
  const world = stage();
  const aborter = new AbortController();
  const stubborn = simulatedChild(
    { clock: world.clock, prepareNs: 2e9, stubborn: true },
    world.runs,
  );
  const refusal = world.prepare(world.ensemble([stubborn]), aborter.signal).catch((error) => error);
  world.at(1e9, () => aborter.abort("enough"));
  await world.play();
  expect(await refusal).toMatchObject({ code: "prepare-failed", message: "cancelled: enough" });
  expect(world.runs.map(({ outcome }) => outcome)).toEqual(["stopped"]);
});

test("policy degrade: the others go on, and the lost part is unknown", async () => {
  const world = stage();
  await world.perform(world.ensemble(threeOf(world)), () =>
    world.at(2.5e9, () => world.links[1].close("gone")),
  );
  expect(world.ended()).toMatchObject({
    outcome: "done",
    reason: "child 1 lost: gone",
    untilNs: 6e9,
  });
  const counts = countsOf(world);
  expect(counts.due).toBe(360);
  expect(counts.unknown).toBe(80);
});

test("policy fail: the others stop, drain, and the run has failed", async () => {
  const world = stage();
  await world.perform(world.ensemble(threeOf(world), { lostChild: "fail" }), () => {
    world.at(2.5e9, () => world.links[1].close("gone"));
    world.at(2.6e9, () => world.links[0].close("gone too"));
  });
  const end = world.ended();
  expect(end).toMatchObject({ outcome: "failed", untilNs: 2.5e9 });
  expect(end.reason).toBe("child 0 lost: gone too; child 1 lost: gone");
  expect(world.runs[2].life.exchanges.some(({ fate }) => fate === "censored")).toBe(false);
  expect(countsOf(world).due).toBe(150);
});

test("a child that dies before the start is lost, and the others run", async () => {
  const world = stage();
  const prepared = world.prepare(world.ensemble(threeOf(world)));
  await world.play();
  const run = world.listen(await prepared);
  world.links[2].close("never began");
  await settle();
  run.start(world.clock.nowNs() + 1e9);
  await world.play();
  expect(world.ended()).toMatchObject({ outcome: "done", untilNs: 6e9 });
  expect(countsOf(world)).toMatchObject({ due: 360, unknown: 120 });
});

test("policy fail before the start: nothing is sent at all", async () => {
  const world = stage();
  const prepared = world.prepare(world.ensemble(threeOf(world), { lostChild: "fail" }));
  await world.play();
  const run = world.listen(await prepared);
  world.links[2].close("never began");
  await settle();
  run.start(world.clock.nowNs() + 1e9);
  await world.play();
  expect(world.ended()).toMatchObject({ outcome: "failed", intervals: 0 });
  expect(countsOf(world).due).toBe(0);
});

test("lost after its last snapshot, a child leaves what it had in flight censored", async () => {
  const world = stage();
  await world.perform(world.ensemble(threeOf(world)), () =>
    world.at(6.0000001e9, () => world.links[1].close("late")),
  );
  const counts = countsOf(world);
  expect(counts).toMatchObject({ due: 360, unknown: 0 });
  expect(counts.censored).toBeGreaterThan(0);
  expect(counts.sent).toBe(counts.completed + counts.failed + counts.censored);
});

test("all lost: the ensemble is lost, and owes the rest of the plan", async () => {
  const world = stage();
  await world.perform(world.ensemble(threeOf(world)), () => {
    for (const [index, link] of world.links.entries())
      world.at((2.5 + index) * 1e9, () => link.close("gone"));
  });
  expect(world.ended()).toMatchObject({ outcome: "lost", intervals: 4, untilNs: null });
  expect(countsOf(world)).toMatchObject({ due: 360, unknown: 80 + 60 + 40 });
});

test("a stop reaches all children; two stops end at once", async () => {
  const world = stage();
  await world.perform(world.ensemble(threeOf(world)), (run) => {
    world.at(2.5e9, () => run.stop("asked"));
    world.at(2.51e9, () => run.stop("asked again"));
  });
  expect(world.ended()).toMatchObject({ outcome: "stopped", reason: "asked", untilNs: 2.5e9 });
  const counts = countsOf(world);
  expect(counts.due).toBe(150);
  expect(counts.censored).toBeGreaterThan(0);
});

test("a lost child's exchanges are unknown up to the stop, and not beyond", async () => {
  const world = stage();
  await world.perform(world.ensemble(threeOf(world)), (run) => {
    world.at(1.5e9, () => world.links[0].close("gone"));
    world.at(2.5e9, () => run.stop("asked"));
  });
  expect(countsOf(world)).toMatchObject({ due: 150, unknown: 30 });
});

test("an agent that loses all workers in the drain counts nothing after the stop", async () => {
  const world = stage();
  const agent = world.ensemble([world.child(), world.child()]);
  await world.perform(world.ensemble([agent, world.child()]), (run) => {
    world.at(2.5e9, () => run.stop("asked"));
    world.at(2.51e9, () => world.links[0].close("gone"));
    world.at(3.01e9, () => world.links[1].close("gone"));
  });
  expect(world.ended()).toMatchObject({ outcome: "stopped", untilNs: 2.5e9 });
  expect(countsOf(world).due).toBe(150);
});

test("where requests end the run, a lost child's are unknown, though due last", async () => {
  const world = stage(planOf({ rate: 1, requests: 12, connections: 6 }));
  await world.perform(world.ensemble(threeOf(world)), () => {
    const lastOwner = world.runs.findIndex(({ life }) => striped(life.share)(11));
    world.at(0.5e9, () => world.links[lastOwner].close("gone"));
  });
  expect(countsOf(world)).toMatchObject({ due: 12 });
});

test("a child that goes silent is dismissed, the one above waits longer", async () => {
  const long = planOf({ rate: 60, connections: 6 }, { duration: "30s", timeout: "2s" });
  const world = stage(long);
  const silent: Transport = (message, deliver) => {
    if (world.clock.nowNs() < 5e9) deliver(message);
  };
  const inner = world.ensemble([world.child({}, { toParent: silent }), world.child()], {
    silenceNs: 4e9,
  });
  await world.perform(world.ensemble([world.behind(inner), world.child()], { silenceNs: 4e9 }));
  expect(world.ended()).toMatchObject({ outcome: "done", untilNs: 30e9, reason: "" });
  const counts = countsOf(world);
  expect(counts.due).toBe(1800);
  expect(counts.unknown).toBeGreaterThan(300);
  expect(world.runs.map(({ outcome }) => outcome)).toContain("stopped");
});

test("a child whose events stop without an end is lost", async () => {
  const world = stage();
  const events = (async function* (): AsyncGenerator<RunEvent> {})();
  const mute = { ready: { workers: 1, addresses: [], lookupNs: 0 }, start() {}, stop() {}, events };
  const broken = { capabilities: SIMULATED, prepare: async () => mute };
  await world.perform(world.ensemble([world.child(), broken]));
  expect(world.ended().reason).toBe("child 1 lost: its events stopped without an end");
});

test("an ensemble can do what its weakest child can", () => {
  const world = stage();
  const weak = {
    ...SIMULATED,
    start: "spawn",
    fidelity: "percentiles",
    models: ["closed"],
  } as const;
  const { capabilities } = world.ensemble([
    world.child(),
    { capabilities: weak, prepare: async () => Promise.reject() },
  ]);
  expect(capabilities).toMatchObject({
    start: "spawn",
    fidelity: "percentiles",
    models: ["closed"],
  });
});
