/** Servers that refuse, break off, lie or say nothing: what the engine makes of it. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan-schema.ts";
import type { Result } from "@nightjar/core/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { freePort } from "@nightjar/testkit/processes.ts";
import { startRelay } from "@nightjar/testkit/relay.ts";
import { type RunOptions, runOn } from "@nightjar/testkit/runs.ts";
import { engine } from "./engine.ts";
import { NUMBER_HEADER, OK, type ScriptedServer, scripted, type Visit } from "./scripted-server.ts";

const openServers: ScriptedServer[] = [];
afterEach(() => {
  for (const server of openServers.splice(0)) server.stop();
});

function serve(...script: Parameters<typeof scripted>): ScriptedServer {
  const server = scripted(...script);
  openServers.push(server);
  return server;
}

interface Job extends Partial<Omit<PlanDocument, "load">> {
  url: string;
  load: PlanDocument["load"];
  hooks?: RunOptions;
}

async function run({ url, hooks, ...document }: Job): Promise<Result> {
  const numbered = { targets: [{ url }], numberHeader: NUMBER_HEADER, ...document };
  return (await runOn(engine({ spin: false }), numbered, hooks)).result;
}

/** One after another on one connection. */
function inTurn(requests: number): PlanDocument["load"] {
  return { model: "closed", requests, connections: 1 };
}

function range(to: number): number[] {
  return Array.from({ length: to }, (_, index) => index);
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++) await Bun.sleep(10);
  expect(holds()).toBe(true);
}

describe("no connection", () => {
  test("a port where nobody listens refuses each", async () => {
    const url = `http://127.0.0.1:${freePort()}/`;
    const result = await run({ url, load: inTurn(20) });
    expect(result.errors).toEqual({ "connect-refused": 20 });
    expect(result.connections).toEqual({ opened: 0, reused: 0, closedByServer: 0, failed: 20 });
    expect(result.accounting).toMatchObject({ due: 20, sent: 20, failed: 20 });
  });

  test("what is accepted by nobody times out, and does no harm when it opens late", async () => {
    // A listener with the shortest backlog that does not accept for a while: further SYNs are lost.
    const child = Bun.spawn(["node", "-e", DEAF_SERVER, "700"], { stdout: "pipe" });
    const reader = child.stdout.getReader();
    const port = Number(new TextDecoder().decode((await reader.read()).value));
    const result = await run({
      url: `http://127.0.0.1:${port}/`,
      load: { rate: 20, connections: 8 },
      duration: "1500ms",
      timeout: "2s",
      connectTimeout: "150ms",
    });
    child.kill();
    expect(result.errors["connect-timeout"]).toBeGreaterThan(0);
    expect(Object.keys(result.errors)).toEqual(["connect-timeout"]);
    const { due, completed, failed } = result.accounting;
    expect(completed + failed).toBe(due);
    expect(completed).toBeGreaterThan(0);
    expect(result.connections.failed).toBe(failed);
    expect(result.errorSamples["connect-timeout"].sample).toBe("no connection within 150 ms");
  }, 15_000);
});

const DEAF_SERVER = `
  const server = require("node:net").createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.write("HTTP/1.1 204 No Content\\r\\n\\r\\n"));
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.argv[1]));
    });
  });
`;

describe("no answer", () => {
  test("a connection that ends before it: failed, and never sent twice", async () => {
    const server = serve(({ socket }) => void socket.end());
    const result = await run({ url: server.url, load: inTurn(10) });
    expect(result.errors).toEqual({ "closed-before-answer": 10 });
    expect(result.connections).toMatchObject({ opened: 10, reused: 0, closedByServer: 10 });
    expect(server.numbers).toEqual(range(10));
  });

  test("a kept connection that ends instead of a second answer: the same", async () => {
    const server = serve(({ socket, request }) => {
      if (request === 0) socket.write(OK);
      else socket.end();
    });
    const result = await run({ url: server.url, load: inTurn(10) });
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
    const result = await run({ url: server.url, load: inTurn(4) });
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
    const result = await run({ url: server.url, load: inTurn(4) });
    expect(result.errors).toEqual({ reset: 4 });
    expect(server.numbers).toEqual(range(4));
  });

  test("what is no HTTP", async () => {
    const server = serve(({ socket }) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n"));
    const result = await run({ url: server.url, load: inTurn(4) });
    expect(result.errors).toEqual({ protocol: 4 });
    expect(result.errorSamples.protocol.sample).toContain("does not begin with HTTP");
    await until(() => server.open === 0);
  });

  test("silence times out, and its slot can be used again", async () => {
    const server = serve(({ socket, connection }) => {
      if (connection > 0) socket.write(OK);
    });
    const result = await run({ url: server.url, load: inTurn(5), timeout: "400ms" });
    expect(result.errors).toEqual({ timeout: 1 });
    expect(result.errorSamples.timeout.sample).toBe("no answer within 400 ms");
    expect(result.accounting).toMatchObject({ completed: 4, failed: 1 });
    expect(result.connections).toMatchObject({ opened: 2, reused: 3 });
    expect(result.latencyMs.response.max).toEqual({ atLeast: expect.any(Number) });
    expect(server.numbers).toEqual(range(5));
  });

  test("an answer that comes after its time is nobody's", async () => {
    const server = serve(({ socket, connection }) => {
      setTimeout(() => socket.write(OK), connection === 0 ? 450 : 0);
    });
    const load = { rate: 20, connections: 1 };
    const result = await run({ url: server.url, load, timeout: "300ms", duration: "600ms" });
    expect(result.errors).toEqual({ timeout: 1 });
    expect(result.accounting).toMatchObject({ completed: 11, failed: 1 });
  });
});

describe("a connection that is idle", () => {
  /** Each answer is followed by `after`, long before the next request is due. */
  async function withIdle(after: (visit: Visit) => void) {
    const server = serve((visit) => {
      visit.socket.write(OK);
      setTimeout(() => after(visit), 30);
    });
    const load = { rate: 4, connections: 1 };
    const result = await run({ url: server.url, load, duration: "1s" });
    expect(result.errors).toEqual({});
    expect(result.accounting).toMatchObject({ due: 4, completed: 4 });
    expect(server.numbers).toEqual(range(4));
    return { result, server };
  }

  test("and is ended by the server is not used again, and costs nothing", async () => {
    const { result } = await withIdle(({ socket }) => void socket.end());
    expect(result.connections).toMatchObject({ opened: 4, reused: 0, failed: 0 });
    expect(result.connections.closedByServer).toBeGreaterThanOrEqual(3);
  });

  test("and is reset is not used again, and costs nothing", async () => {
    const { result } = await withIdle(({ socket }) => void socket.terminate());
    expect(result.connections).toMatchObject({ opened: 4, reused: 0, failed: 0 });
  });

  test("and brings bytes that nobody asked for is not used again", async () => {
    const { result, server } = await withIdle(({ socket }) => void socket.write(OK));
    expect(result.connections).toMatchObject({ opened: 4, reused: 0, closedByServer: 0 });
    await until(() => server.open === 0);
  });

  test("and stays open is used again", async () => {
    const { result, server } = await withIdle(() => {});
    expect(result.connections).toMatchObject({ opened: 1, reused: 3, closedByServer: 0 });
    await until(() => server.open === 0);
  });
});

describe("answers in odd pieces", () => {
  test("more bytes than the answer has end the connection, not the exchange", async () => {
    const server = serve(({ socket }) => void socket.write(`${OK}${OK}`));
    const result = await run({ url: server.url, load: inTurn(6) });
    expect(result.errors).toEqual({});
    expect(result.connections).toMatchObject({ opened: 6, reused: 0 });
  });

  test("byte by byte", async () => {
    const text =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nA: b\r\n\r\n";
    const server = serve(({ socket }) => drip(socket, text));
    const result = await run({ url: server.url, load: { ...inTurn(4) } });
    expect(result.errors).toEqual({});
    expect(result.accounting.completed).toBe(4);
    expect(result.connections).toMatchObject({ opened: 1, reused: 3 });
    const { service, firstByte } = result.latencyMs;
    expect(firstByte.max as number).toBeLessThan(service.min as number);
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

describe("against the test server", () => {
  let origin: ChildOrigin;
  beforeAll(async () => {
    origin = await startChildOrigin("--log");
  });
  afterAll(() => origin.stop());

  test.each([
    ["size=0", {}],
    ["size=300000", {}],
    ["size=300000&chunked=1", {}],
    ["size=3000&untilclose=1", { opened: 20, reused: 0, closedByServer: 20 }],
    ["interim=1&size=10", {}],
    ["status=204", {}],
    ["status=304", {}],
  ])("%s is read", async (behaviour, connections) => {
    const result = await run({ url: `${origin.url}/?${behaviour}`, load: inTurn(20) });
    expect(result.errors).toEqual({});
    expect(result.populations).toEqual({ ok: 20, error: 0, unanswered: 0 });
    const kept = { opened: 1, reused: 19, closedByServer: 0, failed: 0 };
    expect(result.connections).toEqual({ ...kept, ...connections });
  });

  test("HEAD is answered without a body, and the connection is kept", async () => {
    const targets = [{ url: `${origin.url}/?size=500`, method: "HEAD" }];
    const result = await run({ url: "", targets, load: inTurn(20) });
    expect(result.populations.ok).toBe(20);
    expect(result.connections).toMatchObject({ opened: 1, reused: 19 });
  });

  test("errors that were answered are a population of their own", async () => {
    const load = { model: "closed", requests: 300, connections: 4 } as const;
    const result = await run({ url: `${origin.url}/?status=503:40`, load });
    const { ok, error, unanswered } = result.populations;
    expect([ok + error, unanswered]).toEqual([300, 0]);
    expect(result.errors).toEqual({ "status-503": error });
    expect(result.statusCodes).toEqual({ 200: ok, 503: error });
    expect(result.latencyMs.response.count).toBe(ok);
    expect(result.latencyMs.errorResponse.count).toBe(error);
  });

  test("a server that closes after every third answer costs no exchange", async () => {
    const result = await run({ url: `${origin.url}/?close=3`, load: inTurn(10) });
    expect(result.errors).toEqual({});
    expect(result.connections).toEqual({ opened: 4, reused: 6, closedByServer: 3, failed: 0 });
  });

  test("resets, aborts and silences are told apart", async () => {
    const url = `${origin.url}/?reset=30&abort=40&silence=20&size=100`;
    const load = { model: "closed", requests: 100, connections: 20 } as const;
    const result = await run({ url, load, timeout: "400ms" });
    const rows = (await readOriginLog(origin.url)).slice(-100);
    expect(new Set(rows.map(({ number }) => number)).size).toBe(100);
    expect(Object.keys(result.errors)).toEqual(["closed-mid-answer", "reset", "timeout"]);
    expect(result.accounting).toMatchObject({ due: 100, sent: 100, censored: 0 });
    expect(result.errors.timeout + result.errors.reset).toBe(
      rows.filter(({ status }) => status === 0).length,
    );
  });

  test("through a network that tears all at once, exchanges fail and the run goes on", async () => {
    const relay = await startRelay({ target: { hostname: "127.0.0.1", port: origin.port } });
    const result = await run({
      url: `http://127.0.0.1:${relay.port}/?delay=50ms`,
      load: { rate: 200, connections: 60 },
      duration: "800ms",
      hooks: { at: [{ ms: 400, act: () => relay.reset() }] },
    });
    await relay.stop();
    const { due, completed, failed } = result.accounting;
    expect(completed + failed).toBe(due);
    expect(failed).toBeGreaterThan(0);
    const { reset = 0, "closed-before-answer": closed = 0 } = result.errors;
    expect(reset + closed).toBe(failed);
  });
});

describe("the end of a run", () => {
  test("gives up what is in flight after the drain, at its age", async () => {
    const server = serve(() => {});
    const load = { rate: 100, connections: 50 };
    const slow = { duration: "200ms", drain: "150ms", timeout: "20s" };
    const result = await run({ url: server.url, load, ...slow });
    const { due, sent, censored } = result.accounting;
    expect([due, sent, censored]).toEqual([20, 20, 20]);
    const { max, percentiles, count } = result.latencyMs.response;
    expect(count).toBe(20);
    expect((max as { atLeast: number }).atLeast).toBeGreaterThanOrEqual(150);
    expect((percentiles["50"] as { atLeast: number }).atLeast).toBeGreaterThanOrEqual(150);
    await until(() => server.open === 0);
  });

  test("what found no place in the backlog was dropped, what waited in it was not sent", async () => {
    const server = serve(() => {});
    const load = { rate: 200, connections: 1, maxBacklog: 5 };
    const slow = { duration: "300ms", drain: "20ms", timeout: "20s" };
    const result = await run({ url: server.url, load, ...slow });
    const { due, sent, censored, unsent, dropped } = result.accounting;
    expect({ due, sent, censored, unsent, dropped }).toEqual({
      due: 60,
      sent: 1,
      censored: 1,
      unsent: 5,
      dropped: 54,
    });
    expect(result.errors).toEqual({ dropped: 54 });
    expect(result.populations.unanswered).toBe(60);
  });

  test("an answer within the drain counts", async () => {
    const server = serve(({ socket }) => void setTimeout(() => socket.write(OK), 300));
    const load = { rate: 50, connections: 50 };
    const result = await run({ url: server.url, load, duration: "200ms", drain: "5s" });
    expect(result.accounting).toMatchObject({ due: 10, completed: 10, censored: 0 });
  });
});
