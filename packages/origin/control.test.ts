import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ChildOrigin, exchange, get, startChildOrigin } from "./child-origin.ts";
import { Control } from "./control.ts";
import { OriginLog } from "./log.ts";
import { readOriginLog } from "./log-reader.ts";
import { Stats } from "./stats.ts";

let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin("--log");
});
afterAll(() => origin.stop());

async function stats(): Promise<unknown> {
  return (await fetch(`${origin.url}/.control/stats`)).json();
}

test("stats count requests and connections, and leave control out", async () => {
  expect(await stats()).toEqual({
    requests: 0,
    connectionsAccepted: 0,
    connectionsOpen: 0,
    byStatus: {},
  });
  await exchange(origin.port, get("/?status=503") + get("/") + get("/", "Connection: close"));
  await exchange(origin.port, "nonsense\r\n");
  expect(await stats()).toEqual({
    requests: 4,
    connectionsAccepted: 2,
    connectionsOpen: 0,
    byStatus: { 200: 2, 400: 1, 503: 1 },
  });
});

test("the log has a row per request, leaves control out, and can be cleared", async () => {
  const clear = () => fetch(`${origin.url}/.control/log`, { method: "DELETE" });
  expect((await clear()).status).toBe(204);
  await exchange(origin.port, get("/", "X-Nightjar-Number: 5") + get("/", "Connection: close"));
  await exchange(origin.port, get("/", "Connection: close"));
  const rows = await readOriginLog(origin.url);
  expect(rows.map(({ number }) => number)).toEqual([5, -1, -1]);
  expect(rows[1].connection).toBe(rows[0].connection);
  expect(rows[2].connection).toBeGreaterThan(rows[1].connection);
  expect(rows[0].drawnServiceNs + rows[0].virtualDepartureNs).toBe(0);
  for (const row of rows) expect(row.departureNs).toBeGreaterThanOrEqual(row.arrivalNs);
  await clear();
  expect(await readOriginLog(origin.url)).toEqual([]);
});

test.each([
  ["GET", "/.control/nothing", 404],
  ["POST", "/.control/freeze", 400],
  ["POST", "/.control/freeze?for=soon", 400],
  ["POST", "/.control/freeze?for=2m", 400],
  ["GET", "/.control/freeze?for=1s", 404],
])("%s %s is refused", async (method, target, status) => {
  expect((await fetch(origin.url + target, { method })).status).toBe(status);
});

test("peers that are not on this host are refused", () => {
  const control = new Control(new OriginLog(), new Stats());
  const statusFor = (peer: string) => control.obey("GET /.control/stats", peer).status;
  expect(["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"].map(statusFor)).toEqual([
    200, 200, 200, 200,
  ]);
  expect(["10.0.0.1", "::ffff:10.127.0.1", "1127.0.0.1", "fe80::1"].map(statusFor)).toEqual([
    403, 403, 403, 403,
  ]);
});

test("without a log, reading it fails with a sentence", async () => {
  const unlogged = await startChildOrigin();
  try {
    expect(readOriginLog(unlogged.url)).rejects.toThrow("keeps no log");
  } finally {
    await unlogged.stop();
  }
});
