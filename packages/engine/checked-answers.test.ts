/** Against the test server: what checks and recorded headers make of answers of every framing. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { inTurn, runHere } from "@nightjar/testkit/runs-here.ts";

let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(() => origin.stop());

test.each([
  ["size=70000", 70_000],
  ["size=70000&chunked=1", 70_000],
  ["size=3000&untilclose=1", 3000],
  ["size=10&interim=1", 10],
  ["status=204&size=10", 0],
])("a check of %s sees all of its body, and nothing else", async (behaviour, bytes) => {
  const url = `${origin.url}/?${behaviour}`;
  const run = (size: number) =>
    runHere({ url, load: inTurn(10), checks: { body: [`size:${size}`] } });
  expect((await run(bytes)).populations).toEqual({ ok: 10, error: 0, unanswered: 0 });
  const { populations, errors, errorSamples } = await run(bytes + 1);
  expect(populations).toEqual({ ok: 0, error: 10, unanswered: 0 });
  expect(errors).toEqual({ "check-body": 10 });
  const sample = `body of ${bytes} bytes is not ${bytes + 1}`;
  expect(errorSamples["check-body"]).toMatchObject({ sample });
});

test("a status that is not ok comes before a check that failed", async () => {
  const load = { model: "closed", requests: 200, connections: 4 } as const;
  const checks = { status: "200-299", headers: ["x-none"] };
  const result = await runHere({ url: `${origin.url}/?status=503:40`, load, checks });
  const { 200: found, 503: unavailable } = result.statusCodes;
  expect(result.populations).toEqual({ ok: 0, error: 200, unanswered: 0 });
  expect(result.errors).toEqual({ "check-header": found, "status-503": unavailable });
  expect(result.latencyMs.errorResponse.count).toBe(200);
});

test("overhead is service less the number, for each exchange, and never below 0", async () => {
  const recordHeaders = ["content-length", "content-type"];
  const url = `${origin.url}/?delay=20ms&size=5`;
  const { recorded, latencyMs } = await runHere({ url, load: inTurn(10), recordHeaders });
  const { valueMs, overheadMs } = recorded["content-length"];
  expect([valueMs.min, valueMs.max, overheadMs.count]).toEqual([5, 5, 10]);
  for (const end of ["min", "max"] as const)
    expect(Number(overheadMs[end])).toBeCloseTo(Number(latencyMs.service[end]) - 5, 2);
  expect(recorded["content-type"]).toMatchObject({ recorded: 0, missing: 10 });
  const seconds = await runHere({ url, load: inTurn(3), recordHeaders: ["content-length:s"] });
  expect(seconds.recorded["content-length"].overheadMs).toMatchObject({ count: 3, max: 0 });
});
