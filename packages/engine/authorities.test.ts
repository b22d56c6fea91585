/** Targets of several authorities: whose connections are whose. */
import { afterEach, describe, expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { inTurn, range, runHere, seedApart, until } from "@nightjar/testkit/runs-here.ts";
import { OK, type ScriptedServer, scripted, type Visit } from "./scripted-server.ts";

const openServers: ScriptedServer[] = [];
afterEach(() => {
  for (const server of openServers.splice(0)) server.stop();
});

function serve(...script: Parameters<typeof scripted>): ScriptedServer {
  const server = scripted(...script);
  openServers.push(server);
  return server;
}

describe("several authorities", () => {
  const targetsOf = (servers: readonly ScriptedServer[]): PlanDocument["targets"] =>
    servers.map(({ url }) => ({ url }));

  test("have a connection each in every slot, and no more exchanges in flight", async () => {
    let pending = 0;
    let pendingMost = 0;
    const answer = ({ socket }: Visit) => {
      pending++;
      pendingMost = Math.max(pendingMost, pending);
      setTimeout(() => {
        pending--;
        socket.write(OK);
      }, 5);
    };
    const servers = [serve(answer), serve(answer), serve(answer)];
    const load = { model: "closed", requests: 120, connections: 4 } as const;
    const targets = targetsOf(servers);
    const result = await runHere({ url: "", targets, load });
    expect(result.errors).toEqual({});
    expect(pendingMost).toBe(4);
    expect(result.targets.map(({ completed }) => completed)).toEqual([40, 40, 40]);
    const [opened, reused] = [result.connections.opened ?? 0, result.connections.reused ?? 0];
    expect([opened + reused, opened <= 12]).toEqual([120, true]);
    for (const server of servers) expect(server.accepted).toBeLessThanOrEqual(4);
    const ports = servers.map(({ port }) => `127.0.0.1:${port}`);
    expect(Object.keys(result.backends).sort()).toEqual(ports.sort());
    const all = servers.flatMap(({ numbers }) => numbers).sort((a, b) => a - b);
    expect(all).toEqual(range(120));
    await until(() => servers.every(({ open }) => open === 0));
  });

  test("of one and the same, targets share its connection, each with its own method", async () => {
    const heads: string[] = [];
    const server = serve(({ socket, head }) => {
      heads.push(head);
      socket.write(head.startsWith("HEAD") ? OK.slice(0, -2) : OK);
    });
    const targets = [{ url: `${server.url}a` }, { url: `${server.url}b`, method: "HEAD" }];
    const result = await runHere({ url: "", targets, load: inTurn(20) });
    expect(result.errors).toEqual({});
    expect(result.connections).toMatchObject({ opened: 1, reused: 19 });
    const lines = new Set(heads.map((head) => head.split(" HTTP")[0]));
    expect([...lines].sort()).toEqual(["GET /a", "HEAD /b"]);
    expect(Object.keys(result.backends)).toEqual(["127.0.0.1"]);
  });

  test("do each other no harm: one that is silent, one that ends what is idle", async () => {
    // Until the other's end has come: what is sent to it meanwhile would meet it on the way.
    const steady = serve(async ({ socket }) => {
      await until(() => ending.open === 0);
      socket.write(OK);
    });
    const silent = serve(async ({ socket, connection }) => {
      if (connection === 0) return;
      await until(() => ending.open === 0);
      socket.write(OK);
    });
    const ending = serve(({ socket }) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 5);
    });
    const targets = targetsOf([steady, silent, ending]);
    const load = { rate: 60, requests: 60, connections: 1 };
    const seed = seedApart(2, 3, 60);
    const result = await runHere({ url: "", targets, load, seed, timeout: "5s" });
    expect(result.errors).toEqual({ timeout: 1 });
    expect(result.accounting).toMatchObject({ due: 60, completed: 59, failed: 1 });
    expect(steady.accepted).toBe(1);
    expect(silent.accepted).toBe(2);
    expect(result.targets[2].unanswered).toBe(0);
  });

  test("where one refuses: its exchanges fail, the others do not", async () => {
    const server = serve(({ socket }) => void socket.write(OK));
    const gone = scripted(() => {});
    gone.stop();
    const targets = targetsOf([server, gone]);
    const result = await runHere({ url: "", targets, load: inTurn(20) });
    expect(result.errors).toEqual({ "connect-refused": 10 });
    expect(result.targets.map(({ completed, unanswered }) => [completed, unanswered])).toEqual([
      [10, 0],
      [0, 10],
    ]);
    expect(result.connections).toMatchObject({ opened: 1, reused: 9, failed: 10 });
  });
});
