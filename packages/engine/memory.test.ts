/** What is over is forgotten: connections and sockets do not grow with the requests. */

import { heapStats } from "bun:jsc";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { freePort } from "@nightjar/testkit/processes.ts";
import { runOn, runPlan } from "@nightjar/testkit/runs.ts";
import { engine } from "./engine.ts";

let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(() => origin.stop());

function liveObjects(): Record<string, number> {
  Bun.gc(true);
  const { objectTypeCounts } = heapStats();
  const { TCPSocket = 0, SocketHandlers = 0 } = objectTypeCounts;
  return { TCPSocket, SocketHandlers };
}

async function connectionsAccepted(): Promise<number> {
  const response = await fetch(`${origin.url}/.control/stats`);
  return ((await response.json()) as { connectionsAccepted: number }).connectionsAccepted;
}

test("a hundred thousand requests go over ten connections", async () => {
  const before = await connectionsAccepted();
  const load = { model: "closed", requests: 100_000, connections: 10 } as const;
  const { result } = await runPlan({ targets: [{ url: origin.url }], load });
  expect(result.accounting).toMatchObject({ due: 100_000, completed: 100_000 });
  expect(result.connections).toEqual({
    opened: 10,
    reused: 99_990,
    closedByServer: 0,
    resumed: 0,
    failed: 0,
  });
  expect((await connectionsAccepted()) - before).toBe(10);
}, 120_000);

test.each([
  ["closed after each answer", () => `${origin.url}/?close=1`],
  ["refused", () => `http://127.0.0.1:${freePort()}/`],
])(
  "connections that are %s are forgotten",
  async (_, url) => {
    const load = { model: "closed", requests: 3000, connections: 10 } as const;
    const { result } = await runOn(engine({ spin: false }), { targets: [{ url: url() }], load });
    expect(result.accounting.due).toBe(3000);
    await Bun.sleep(50);
    for (const [name, count] of Object.entries(liveObjects()))
      expect([name, count < 300]).toEqual([name, true]);
  },
  120_000,
);
