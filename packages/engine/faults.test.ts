/** Servers that refuse, break off, lie or say nothing: what the engine makes of it. */
import { afterEach, describe, expect, test } from "bun:test";
import { freePort } from "@nightjar/testkit/processes.ts";
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

describe("no connection", () => {
  test("a port where nobody listens refuses each", async () => {
    const url = `http://127.0.0.1:${freePort()}/`;
    const result = await runHere({ url, load: inTurn(20) });
    expect(result.errors).toEqual({ "connect-refused": 20 });
    expect(result.connections).toEqual({
      opened: 0,
      reused: 0,
      closedByServer: 0,
      failed: 20,
      resumed: 0,
    });
    expect(result.accounting).toMatchObject({ due: 20, sent: 20, failed: 20 });
  });

  test("what is accepted by nobody times out, and does no harm when it opens late", async () => {
    // A listener with the shortest backlog that does not accept until it is told to: further SYNs
    // are lost.
    const child = Bun.spawn(["node", "-e", DEAF_SERVER], { stdin: "pipe", stdout: "pipe" });
    const accept = () => {
      child.stdin.write("accept");
      child.stdin.end();
    };
    const reader = child.stdout.getReader();
    const port = Number(new TextDecoder().decode((await reader.read()).value));
    const result = await runHere({
      url: `http://127.0.0.1:${port}/`,
      load: { rate: 20, requests: 40, connections: 8 },
      timeout: "10s",
      connectTimeout: "300ms",
      hooks: { at: [{ ms: 1000, act: () => accept() }] },
    });
    child.kill();
    expect(result.errors["connect-timeout"]).toBeGreaterThan(0);
    expect(Object.keys(result.errors)).toEqual(["connect-timeout"]);
    const { due, completed, failed } = result.accounting;
    expect(completed + failed).toBe(due);
    expect(completed).toBeGreaterThan(0);
    expect(result.connections.failed).toBe(failed);
    expect(result.errorSamples["connect-timeout"].sample).toBe("no connection within 300 ms");
  }, 120_000);
});

const DEAF_SERVER = `
  const server = require("node:net").createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.write("HTTP/1.1 204 No Content\\r\\n\\r\\n"));
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => {
      require("node:fs").readSync(0, Buffer.alloc(1));
    });
  });
`;

describe("no answer", () => {
  test("a connection that ends before it: failed, and never sent twice", async () => {
    const server = serve(({ socket }) => void socket.end());
    const result = await runHere({ url: server.url, load: inTurn(10) });
    expect(result.errors).toEqual({ "closed-before-answer": 10 });
    expect(result.connections).toMatchObject({ opened: 10, reused: 0, closedByServer: 10 });
    expect(server.numbers).toEqual(range(10));
  });

  test("a kept connection that ends instead of a second answer: the same", async () => {
    const server = serve(({ socket, request }) => {
      if (request === 0) socket.write(OK);
      else socket.end();
    });
    const result = await runHere({ url: server.url, load: inTurn(10) });
    expect(result.errors).toEqual({ "closed-before-answer": 5 });
    expect(result.accounting).toMatchObject({ completed: 5, failed: 5 });
    expect(server.numbers).toEqual(range(10));
  });

  test.each([
    ["in its head", "HTTP/1.1 200 OK\r\nContent-Le"],
    ["in its body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"],
    ["in its chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
  ])("a connection that ends %s", async (_, half) => {
    const server = serve(({ socket }) => {
      socket.write(half);
      socket.end();
    });
    const result = await runHere({ url: server.url, load: inTurn(4) });
    expect(result.errors).toEqual({ "closed-mid-answer": 4 });
    expect(server.numbers).toEqual(range(4));
  });

  test.each([
    ["before the answer", ""],
    ["within an answer that the end of the connection would end", "HTTP/1.1 200 OK\r\n\r\nsome"],
  ])("a reset %s", async (_, half) => {
    const server = serve(({ socket }) => {
      if (half !== "") socket.write(half);
      setTimeout(() => socket.terminate(), 20);
    });
    const result = await runHere({ url: server.url, load: inTurn(4) });
    expect(result.errors).toEqual({ reset: 4 });
    expect(server.numbers).toEqual(range(4));
  });

  test("what is no HTTP", async () => {
    const server = serve(({ socket }) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n"));
    const result = await runHere({ url: server.url, load: inTurn(4) });
    expect(result.errors).toEqual({ protocol: 4 });
    expect(result.errorSamples.protocol.sample).toContain("does not begin with HTTP");
    await until(() => server.open === 0);
  });

  test("silence times out, and its slot can be used again", async () => {
    const server = serve(({ socket, connection }) => {
      if (connection > 0) socket.write(OK);
    });
    const result = await runHere({ url: server.url, load: inTurn(5), timeout: "2s" });
    expect(result.errors).toEqual({ timeout: 1 });
    expect(result.errorSamples.timeout.sample).toBe("no answer within 2000 ms");
    expect(result.accounting).toMatchObject({ completed: 4, failed: 1 });
    expect(result.connections).toMatchObject({ opened: 2, reused: 3 });
    expect(result.latencyMs.response.max).toEqual({ atLeast: expect.any(Number) });
    expect(server.numbers).toEqual(range(5));
  });

  test("an answer that comes after its time is nobody's", async () => {
    const server = serve(({ socket, connection }) => {
      setTimeout(() => socket.write(OK), connection === 0 ? 1500 : 0);
    });
    const load = { rate: 20, requests: 40, connections: 1 };
    const result = await runHere({ url: server.url, load, timeout: "1s" });
    expect(result.errors).toEqual({ timeout: 1 });
    expect(result.accounting).toMatchObject({ completed: 39, failed: 1 });
  });
});

describe("a connection that is idle", () => {
  /**
   * Each answer is followed by `after`; another server, asked in between, answers once what is to
   * come of it has come.
   */
  async function withIdle(after: (visit: Visit) => void, isEnded = true) {
    const server = serve((visit) => {
      visit.socket.write(OK);
      setTimeout(() => after(visit), 30);
    });
    const between = serve(async ({ socket }) => {
      await until(() => !isEnded || server.open === 0);
      socket.write(OK);
    });
    const targets = [{ url: server.url }, { url: between.url }];
    const result = await runHere({ url: "", targets, load: inTurn(8), seed: seedApart(0, 2, 8) });
    expect(result.errors).toEqual({});
    expect(result.accounting).toMatchObject({ due: 8, completed: 8 });
    expect(server.numbers).toHaveLength(4);
    return { result, server };
  }

  test("and is ended by the server is not used again, and costs nothing", async () => {
    const { result } = await withIdle(({ socket }) => void socket.end());
    expect(result.connections).toMatchObject({ opened: 4 + 1, reused: 3, failed: 0 });
    expect(result.connections.closedByServer).toBeGreaterThanOrEqual(3);
  });

  test("and is reset is not used again, and costs nothing", async () => {
    const { result } = await withIdle(({ socket }) => void socket.terminate());
    expect(result.connections).toMatchObject({ opened: 4 + 1, reused: 3, failed: 0 });
  });

  test("and brings bytes that nobody asked for is not used again", async () => {
    const { result, server } = await withIdle(({ socket }) => void socket.write(OK));
    expect(result.connections).toMatchObject({ opened: 4 + 1, reused: 3, closedByServer: 0 });
    await until(() => server.open === 0);
  });

  test("and stays open is used again", async () => {
    const { result, server } = await withIdle(() => {}, false);
    expect(result.connections).toMatchObject({ opened: 1 + 1, reused: 6, closedByServer: 0 });
    await until(() => server.open === 0);
  });
});

describe("answers in odd pieces", () => {
  test("more bytes than the answer has end the connection, not the exchange", async () => {
    const server = serve(({ socket }) => void socket.write(`${OK}${OK}`));
    const result = await runHere({ url: server.url, load: inTurn(6) });
    expect(result.errors).toEqual({});
    expect(result.connections).toMatchObject({ opened: 6, reused: 0 });
  });

  test("byte by byte", async () => {
    const text =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nA: b\r\n\r\n";
    const server = serve(({ socket }) => drip(socket, text));
    const result = await runHere({ url: server.url, load: { ...inTurn(4) } });
    expect(result.errors).toEqual({});
    expect(result.accounting.completed).toBe(4);
    expect(result.connections).toMatchObject({ opened: 1, reused: 3 });
    const { service, firstByte } = result.latencyMs;
    // Of each exchange, and so of their means.
    expect(firstByte.mean as number).toBeLessThan(service.mean as number);
    expect(result.bytes.received).toBe(4 * text.length);
  });

  function drip(socket: Visit["socket"], text: string): void {
    let at = 0;
    const timer = setInterval(() => {
      socket.write(text[at++]);
      if (at === text.length) clearInterval(timer);
    }, 1);
  }
});
