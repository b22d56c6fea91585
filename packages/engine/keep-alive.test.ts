/** How long connections are kept, by what the server sees of them. */
import { afterEach, describe, expect, test } from "bun:test";
import { inTurn, range, runHere, until } from "@nightjar/testkit/runs-here.ts";
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

describe("without keep-alive", () => {
  const alone = { connection: { keepAlive: false } };

  test.each([
    ["that leaves the connection open", ({ socket }: Visit) => void socket.write(OK)],
    ["that closes it", ({ socket }: Visit) => void socket.end(OK)],
    [
      "that says so and closes it",
      ({ socket }: Visit) =>
        void socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
    ],
    [
      "whose answer ends with it",
      ({ socket }: Visit) => void socket.end("HTTP/1.1 200 OK\r\n\r\nsome"),
    ],
  ])("each exchange has a connection of its own, to a server %s", async (_, answer) => {
    const heads: string[] = [];
    const server = serve((visit) => {
      heads.push(visit.head);
      answer(visit);
    });
    const result = await runHere({ url: server.url, load: inTurn(8), ...alone });
    expect(result.errors).toEqual({});
    expect(result.accounting).toMatchObject({ sent: 8, completed: 8 });
    expect(result.connections).toEqual({
      opened: 8,
      reused: 0,
      closedByServer: 0,
      failed: 0,
      resumed: 0,
    });
    expect(server.accepted).toBe(8);
    expect(server.numbers).toEqual(range(8));
    for (const head of heads) expect(head).toContain("\r\nConnection: close\r\n");
    await until(() => server.open === 0);
  });

  test("opening it is a part of each", async () => {
    const server = serve(({ socket }) => void socket.write(OK));
    const { latencyMs } = await runHere({ url: server.url, load: inTurn(8), ...alone });
    expect([latencyMs.connect.count, latencyMs.tcp.count]).toEqual([8, 8]);
    expect(latencyMs.connect.min as number).toBeGreaterThan(0);
  });

  test("one that ends before its answer is the server's doing", async () => {
    const server = serve(({ socket }) => void socket.end());
    const result = await runHere({ url: server.url, load: inTurn(3), ...alone });
    expect(result.errors).toEqual({ "closed-before-answer": 3 });
    expect(result.connections).toMatchObject({ opened: 3, closedByServer: 3 });
  });
});

describe("a limit of requests on a connection", () => {
  test("closes it after so many answers", async () => {
    const server = serve(({ socket }) => void socket.write(OK));
    const connection = { maxRequests: 3 };
    const result = await runHere({ url: server.url, load: inTurn(10), connection });
    expect(result.errors).toEqual({});
    expect(result.connections).toMatchObject({ opened: 4, reused: 6, closedByServer: 0 });
    expect(server.accepted).toBe(4);
    expect(server.numbers).toEqual(range(10));
    await until(() => server.open === 0);
  });

  test("is one among others: a server that ends it earlier is still heard", async () => {
    const close = OK.replace("\r\n", "\r\nConnection: close\r\n");
    const server = serve(({ socket, request }) => void socket.write(request < 1 ? OK : close));
    const connection = { maxRequests: 3 };
    const result = await runHere({ url: server.url, load: inTurn(8), connection });
    expect(result.connections).toMatchObject({ opened: 4, reused: 4, closedByServer: 4 });
  });
});
