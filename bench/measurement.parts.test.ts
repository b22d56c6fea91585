/** Clients measured for real, a second each: does a measurement hold together? */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Nginx, startNginx } from "@nightjar/testkit/nginx.ts";
import { FORTIO, NIGHTJAR_MAX, WRK } from "./client.ts";
import { BODY_BYTES, type Context, SERVER_CPU } from "./context.ts";
import { Interrupted } from "./interruption.ts";
import { measure } from "./measurement.ts";
import { runNightjar } from "./nightjar-run.ts";

const hiccups = { seen: () => [], stop: async () => [] };
const load = { durationS: 1, connections: 10 };

function context(signal = new AbortController().signal): Context {
  return { quick: true, signal, hiccups };
}

let nginx: Nginx;
beforeAll(async () => {
  nginx = await startNginx({ cpu: SERVER_CPU, bodyBytes: BODY_BYTES });
});
afterAll(() => nginx.stop());

test.each([WRK, FORTIO, NIGHTJAR_MAX])("$name counts what nginx serves", async (client) => {
  const run = await measure(client, nginx, load, context());
  expect(run.errors).toBe(0);
  expect(run.requests).toBeGreaterThan(0);
  // Beside it are what was in flight at the end, and fortio's warm-up.
  expect(run.served - run.requests).toBeWithin(0, 3 * load.connections);
  expect(run.clientCpuUs).toBeGreaterThan(0);
  expect(run.serverCpuUs).toBeGreaterThan(0);
});

test("a client that cannot be started says why", async () => {
  const broken = { ...WRK, command: () => ["sh", "-c", "echo no such thing >&2; exit 3"] };
  const measuring = measure(broken, nginx, load, context());
  await expect(measuring).rejects.toThrow("wrk ended with code 3:\nno such thing");
});

test("an interruption ends the client at once", async () => {
  const controller = new AbortController();
  const measuring = measure(WRK, nginx, { ...load, durationS: 20 }, context(controller.signal));
  await Bun.sleep(200);
  controller.abort(new Interrupted());
  await expect(measuring).rejects.toThrow(Interrupted);
});

test("the memory of the worker and of its parent are told apart", async () => {
  const options = ["--rate", "100", "--duration", "1s", "--workers", "2", "--connections", "2"];
  const placement = { limitMs: 30_000, signal: new AbortController().signal };
  const { result, rss } = await runNightjar(nginx.url, options, placement);
  expect(result.accounting.completed).toBe(100);
  expect(rss.workers).toHaveLength(2);
  for (const bytes of [rss.parent, ...rss.workers]) expect(bytes).toBeGreaterThan(1e6);
});
