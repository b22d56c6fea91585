/** Limits that end a child at once, and the details of an order: judged by what a server saw. */
import { afterEach, describe, expect, test } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { Totals } from "@nightjar/core/record/totals.ts";
import type { CountLimit } from "@nightjar/core/run/count-limit.ts";
import type { Details, Ended } from "@nightjar/core/run/load-generator.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { wholeOrder } from "@nightjar/testkit/runs.ts";
import { engine } from "./engine.ts";

const servers: { stop(closeAll: boolean): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(true)));
});

interface Site {
  readonly url: string;
  requests: number;
}

function site(answer: (request: number) => Response | Promise<Response>): Site {
  const served: Site = { url: "", requests: 0 };
  const server = Bun.serve({ port: 0, fetch: () => answer(++served.requests) });
  servers.push(server);
  return Object.assign(served, { url: `http://127.0.0.1:${server.port}/` });
}

interface Watch {
  readonly limits?: readonly CountLimit[];
  readonly details?: Details;
}

async function watched(document: PlanDocument, watch: Watch) {
  const plan = resolvePlan({ duration: "20s", drain: "0s", ...document });
  const order = { ...wholeOrder(plan), ...watch };
  const run = await engine({ spin: false }).prepare(order, new AbortController().signal);
  const totals = new Totals(plan);
  let ended: Ended | undefined;
  run.start(monotonicNs() + 10e6);
  for await (const event of run.events) {
    if (event.type === "snapshot") totals.add(event);
    if (event.type === "ended") ended = event;
  }
  return { ended: ended as Ended, totals, counts: totals.phases.measured.counts };
}

function owed(url: string, connections: number): PlanDocument {
  return { targets: [{ url }], load: { rate: 5000, connections, maxBacklog: 200_000 } };
}

describe("a limit ends the child at once", () => {
  test.each([1, 8])("after just so many answers, over %d connections", async (connections) => {
    const target = site(() => new Response("ok"));
    const limit = { count: "2xx", above: 24 } as const;
    const { ended, counts } = await watched(owed(target.url, connections), { limits: [limit] });
    expect(ended).toMatchObject({ outcome: "stopped", limit, reason: "2xx above 24" });
    expect(counts.completed).toBe(25);
    expect(counts.sent).toBe(25 + counts.censored);
    expect(counts.censored).toBeLessThan(connections);
    expect(counts.due).toBe(counts.sent + counts.unsent);
    expect(ended.untilNs).toBeLessThan(20e9);
  });

  test("after just so many requests", async () => {
    const target = site(() => new Response("ok"));
    const limits = [{ count: "sent", above: 9 }] as const;
    const { counts } = await watched(owed(target.url, 4), { limits });
    expect(counts.sent).toBe(10);
  });

  test("other answers do not count", async () => {
    const target = site((request) => new Response("", { status: request % 2 ? 503 : 200 }));
    const limits = [{ count: "5xx", above: 4 }] as const;
    const { totals } = await watched(owed(target.url, 1), { limits });
    expect(totals.phases.measured.statuses).toEqual({ "200": 4, "503": 5 });
  });

  test("of those that are reached together the first is told", async () => {
    const target = site(() => new Response("ok"));
    const limits = [
      { count: "2xx", above: 7 },
      { count: "2xx", above: 3 },
      { count: "2xx", above: 3 },
    ] as const;
    const { ended } = await watched(owed(target.url, 1), { limits });
    expect(ended.limit).toEqual({ count: "2xx", above: 3 });
  });

  test("connections that do not come about count", async () => {
    const nobody = { targets: [{ url: "http://127.0.0.1:1/" }], load: { rate: 500 } };
    const limits = [{ count: "unconnected", above: 2 }] as const;
    const { counts } = await watched(nobody, { limits });
    expect(counts.failed).toBe(3);
  });

  test("so do answers that break off", async () => {
    const server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { data: (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n") },
    });
    const url = `http://127.0.0.1:${server.port}/`;
    const limits = [{ count: "broken", above: 1 }] as const;
    const { counts } = await watched(owed(url, 1), { limits });
    server.stop(true);
    expect(counts.failed).toBe(2);
  });

  test("so do exchanges that are dropped, and connections that are opened", async () => {
    const slow = site(async () => {
      await Bun.sleep(300);
      return new Response("ok");
    });
    const full = {
      targets: [{ url: slow.url }],
      load: { rate: 100, connections: 3, maxBacklog: 0 },
    };
    const dropped = await watched(full, { limits: [{ count: "dropped", above: 0 }] });
    expect(dropped.counts.dropped).toBeGreaterThan(0);
    expect(dropped.ended.untilNs).toBeLessThan(20e9);
    const limit = { count: "opened", above: 1 } as const;
    const opened = await watched(full, { limits: [limit] });
    expect(opened.ended).toMatchObject({ outcome: "stopped", limit });
    // Those that open together are opened.
    expect(opened.totals.connections.opened).toBeWithin(2, 4);
  });
});

/** Each sample is rounded to nanoseconds. */
function expectNear(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(8);
}

describe("details", () => {
  test("service by class of status, and the bytes of headers and bodies", async () => {
    const answers = [
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello",
      "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n" +
        "3\r\nabc\r\n4\r\ndefg\r\n0\r\nt: 1\r\n\r\n",
      "HTTP/1.1 100 Go\r\nx-interim: 1\r\n\r\nHTTP/1.1 204 Not\r\n\r\n",
    ];
    let request = 0;
    const server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { data: (socket) => void socket.write(answers[request++ % 3]) },
    });
    const url = `http://127.0.0.1:${server.port}/`;
    const load = { model: "closed", requests: 3, connections: 1 } as const;
    const { totals } = await watched({ targets: [{ url }], load }, { details: "from free" });
    server.stop(true);
    const { measured } = totals.phases;
    // `:status200` and the lengths of names and values, by hand.
    expect(measured.histogram("headerBytes")).toMatchObject({
      count: 3,
      min: 10,
      max: 10 + "Transfer-Encodingchunked".length,
      sum: BigInt(30 + "Content-Length5X-Ab".length + "Transfer-Encodingchunked".length),
    });
    expect(measured.histogram("bodyBytes")).toMatchObject({ count: 3, min: 0, max: 7, sum: 12n });
    const classes = ["service:2xx", "service:4xx", "service:5xx"] as const;
    expect(classes.map((name) => measured.histogram(name).count)).toEqual([2, 1, 0]);
  });

  test("queue, passage and blocked: from due, or from free", async () => {
    const slow = site(async () => {
      await Bun.sleep(50);
      return new Response("ok");
    });
    const load = { rate: 1000, requests: 4, connections: 1 };
    for (const details of ["from due", "from free"] as const) {
      const { totals } = await watched({ targets: [{ url: slow.url }], load }, { details });
      const { measured } = totals.phases;
      const names = ["queue", "passage", "blocked", "wait", "connect", "service"] as const;
      const [queue, passage, blocked, wait, connect, service] = names.map((name) =>
        measured.histogram(name),
      );
      expect([queue.count, passage.count, blocked.count]).toEqual([4, 4, 3]);
      const waited = details === "from due" ? Number(wait.sum) : 0;
      expectNear(Number(queue.sum), waited + Number(connect.sum));
      expectNear(Number(passage.sum), Number(queue.sum + service.sum));
      // From 1 ms, when the second is due, until the fourth, due at 3 ms, is begun.
      expectNear(Number(blocked.sum), wait.max + 2e6);
    }
  });
});
