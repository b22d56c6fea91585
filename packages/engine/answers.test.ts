/** Against the test server: answers of every framing, errors, and connections that come and go. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { startRelay } from "@nightjar/testkit/relay.ts";
import { inTurn, runHere } from "@nightjar/testkit/runs-here.ts";

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
  const result = await runHere({ url: `${origin.url}/?${behaviour}`, load: inTurn(20) });
  expect(result.errors).toEqual({});
  expect(result.populations).toEqual({ ok: 20, error: 0, unanswered: 0 });
  const kept = { opened: 1, reused: 19, closedByServer: 0, failed: 0, resumed: 0 };
  expect(result.connections).toEqual({ ...kept, ...connections });
});

test("HEAD is answered without a body, and the connection is kept", async () => {
  const targets = [{ url: `${origin.url}/?size=500`, method: "HEAD" }];
  const result = await runHere({ url: "", targets, load: inTurn(20) });
  expect(result.populations.ok).toBe(20);
  expect(result.connections).toMatchObject({ opened: 1, reused: 19 });
});

test("errors that were answered are a population of their own", async () => {
  const load = { model: "closed", requests: 300, connections: 4 } as const;
  const result = await runHere({ url: `${origin.url}/?status=503:40`, load });
  const { ok, error, unanswered } = result.populations;
  expect([ok + error, unanswered]).toEqual([300, 0]);
  expect(result.errors).toEqual({ "status-503": error });
  expect(result.statusCodes).toEqual({ 200: ok, 503: error });
  expect(result.latencyMs.response.count).toBe(ok);
  expect(result.latencyMs.errorResponse.count).toBe(error);
});

test("a server that closes after every third answer costs no exchange", async () => {
  const result = await runHere({ url: `${origin.url}/?close=3`, load: inTurn(10) });
  expect(result.errors).toEqual({});
  expect(result.connections).toEqual({
    opened: 4,
    reused: 6,
    closedByServer: 3,
    failed: 0,
    resumed: 0,
  });
});

test("resets, aborts and silences are told apart", async () => {
  const url = `${origin.url}/?reset=30&abort=40&silence=20&size=100`;
  const load = { model: "closed", requests: 100, connections: 20 } as const;
  const result = await runHere({ url, load, timeout: "400ms" });
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
  const result = await runHere({
    url: `http://127.0.0.1:${relay.port}/?delay=200ms`,
    load: { rate: 200, requests: 160, connections: 60 },
    hooks: { at: [{ ms: 400, act: () => relay.reset() }] },
  });
  await relay.stop();
  const { due, completed, failed } = result.accounting;
  expect(completed + failed).toBe(due);
  expect(failed).toBeGreaterThan(0);
  const { reset = 0, "closed-before-answer": closed = 0 } = result.errors;
  expect(reset + closed).toBe(failed);
});
