/** Agents that are too slow, too old, or asked to go, with real parts. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { VERSION } from "@nightjar/core/version.ts";
import type { LostAgent } from "@nightjar/fleet/messages.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { testFault } from "@nightjar/testkit/fleet/fault.ts";
import { RealFleet } from "@nightjar/testkit/fleet/fleet.ts";
import { FleetScene, type SceneRun } from "@nightjar/testkit/fleet/scene.ts";

let fleet: RealFleet;
beforeAll(async () => {
  fleet = await RealFleet.start();
}, 120_000);
afterAll(() => fleet?.stop());

/** Of the time an agent's worker stands still; late by more than the 100 ms that are allowed. */
const STILL_MS = 400;

/** One agent has half of its machine, until its run is over. */
async function slowed(run: SceneRun) {
  await run.measuring(0);
  const [worker] = run.workersOf(1);
  let isOver = false;
  void run.coordinator.process.exited.then(() => {
    isOver = true;
  });
  while (!isOver && signal(worker, "SIGSTOP")) {
    await Bun.sleep(STILL_MS);
    signal(worker, "SIGCONT");
    await Bun.sleep(STILL_MS);
  }
  return {};
}

/** Whether it is still there. */
function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

for (const lostAgent of ["fail", "degrade"] as const satisfies LostAgent[]) {
  testFault(
    `an agent with half of its CPU is named as not fit to measure: ${lostAgent}`,
    () => fleet,
    {
      lostAgent,
      unfit: ["a1"],
      strike: slowed,
      check: ({ own, collected }) => {
        expect(collected.children[1].agent?.sick).toMatch(/late by its own doing \(lag\)/);
        expect(collected).toEqual(own as never);
      },
    },
    `slow-agent-${lostAgent}`,
  );
}

test.concurrent("agents of another version are refused, with both versions", async () => {
  const old = { labels: { age: "old" }, version: "0.0.9", name: "old" };
  await fleet.addAgent(old);
  const coordinator = await fleet.coordinate({
    runId: "versions",
    plan: { targets: [{ url: "http://127.0.0.1:9/" }], load: { rate: 1, connections: 1 } },
    demands: [{ label: { name: "age", value: "old" }, count: 1 }],
  });
  const { refused } = (await coordinator.ending) ?? {};
  expect(refused).toContain("agent old is Nightjar 0.0.9");
  expect(refused).toContain(`this coordinator ${VERSION}`);
}, 120_000);

const SHORT = { plan: { duration: "4s" } } as const;

/** A scene with a run, and with what a test does to a1 at its time. */
async function withShortRun(
  act: (run: SceneRun, scene: FleetScene) => Promise<void>,
): Promise<void> {
  const scene = await FleetScene.open(fleet);
  try {
    await act(await scene.begin(SHORT), scene);
  } finally {
    await scene.close();
  }
}

test.concurrent("SIGTERM of an idle agent: it leaves at once", async () => {
  const agent = await fleet.addAgent({ name: "idle", labels: { idle: "yes" } });
  process.kill(agent.pid, "SIGTERM");
  expect(await agent.exited).toBe(0);
}, 120_000);

test.concurrent("SIGTERM of an agent that is ready: it hands back what has not begun", async () => {
  await withShortRun(async (run, { agents, origin }) => {
    await run.coordinator.phase("clock");
    process.kill(run.coordinator.process.pid, "SIGSTOP");
    process.kill(agents[1].process.pid, "SIGTERM");
    expect(await agents[1].process.exited).toBe(0);
    process.kill(run.coordinator.process.pid, "SIGCONT");
    const { refused } = (await run.coordinator.ending) ?? {};
    expect(refused).toMatch(/agent a1 was lost before the start: it leaves the fleet: SIGTERM/);
    expect(await readOriginLog(origin.url)).toEqual([]);
  });
}, 120_000);

test.concurrent("SIGTERM of an agent that sends: it finishes, and leaves then", async () => {
  await withShortRun(async (run, { agents }) => {
    await run.measuring(1);
    process.kill(agents[1].process.pid, "SIGTERM");
    const { collected, arrivals } = await run.over();
    expect(await agents[1].process.exited).toBe(0);
    expect(arrivals.faults()).toEqual([]);
    expect(collected.accounting).toMatchObject({ due: 320, unknown: 0 });
    expect(collected.children[1].end.outcome).toBe("done");
  });
}, 120_000);
