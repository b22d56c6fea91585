/** What the rows of agents say, beside what simulated ones know of themselves. */
import { expect, test } from "bun:test";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import { planOf } from "@nightjar/core/simulation/plans.ts";
import { Stage } from "@nightjar/core/simulation/stage.ts";
import { AgentsWatch, type WatchedAgent } from "./agents-watch.ts";

const plan = planOf({ rate: 40, connections: 8 }, { duration: "4s", timeout: "2s" });
const world = new Stage(plan, () => new Promise((resolve) => setImmediate(resolve)));
const events: RunEvent[] = [];
const observe = (event: RunEvent) => void events.push(event);
await world.perform(world.ensemble([world.child(), world.child()], { observe }));

const AGENTS: readonly WatchedAgent[] = ["berlin", "rome"].map((name, at) => ({
  ...{ name, child: String(at), isLost: false, isSick: false },
  clock: { errorMs: 0.1, boundMs: 0.4 },
}));

function watchAfter(seconds: number, isEnded = false): AgentsWatch {
  const watch = new AgentsWatch();
  for (const event of events) {
    const isEarly = event.type === "snapshot" && event.interval < seconds;
    if (isEarly || event.type === "started" || isEnded) watch.hear(event);
  }
  return watch;
}

test("each agent's own last second", () => {
  for (let second = 1; second <= 4; second++) {
    const rows = watchAfter(second).look(AGENTS, "response");
    for (const [at, { life }] of world.runs.entries()) {
      const ended = life.exchanges.filter(
        ({ endNs, fate }) =>
          Math.floor(endNs / 1e9) === second - 1 && (fate === "ok" || fate === "error"),
      );
      expect(rows[at]).toMatchObject({ name: AGENTS[at].name, state: "running" });
      expect(rows[at].answeredPerS).toBe(ended.length);
      expect(rows[at].p99).toBeNull();
    }
  }
});

test("a second that comes late does not take the place of the last", () => {
  const watch = watchAfter(4);
  const [before] = watch.look(AGENTS, "response");
  for (const event of events) {
    if (event.type === "snapshot" && event.interval === 1) watch.hear(event);
  }
  expect(watch.look(AGENTS, "response")[0]).toEqual(before);
});

test("how they stand", () => {
  const states = (watch: AgentsWatch, agents = AGENTS) =>
    watch.look(agents, "response").map(({ state }) => state);
  expect(states(watchAfter(0))).toEqual(["waiting", "waiting"]);
  expect(states(watchAfter(9, true))).toEqual(["over", "over"]);
  const [berlin, rome] = AGENTS;
  const ill = [
    { ...berlin, isSick: true },
    { ...rome, isLost: true },
  ];
  expect(states(watchAfter(2), ill)).toEqual(["sick", "lost"]);
});
