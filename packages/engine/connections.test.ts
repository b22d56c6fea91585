/** How connections are kept, over which addresses they go, and what becomes of it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { runOn } from "@nightjar/testkit/runs.ts";
import { engine } from "./engine.ts";

const folder = mkdtempSync(join(tmpdir(), "nightjar-connections-"));
let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin("--log", "--hostname", "0.0.0.0");
});
afterAll(async () => {
  await origin.stop();
  rmSync(folder, { recursive: true });
});

const BRIEF = { rate: 500, requests: 60, connections: 3 };

function run(connection: object, url = origin.url) {
  const plan = { targets: [{ url: url.replace("0.0.0.0", "127.0.0.1") }], load: BRIEF, connection };
  return runOn(engine({ spin: false }), plan);
}

describe("without keep-alive", () => {
  test("each exchange has a connection of its own, and its opening is no lag of ours", async () => {
    const { result } = await run({ keepAlive: false });
    expect(result.accounting).toMatchObject({ due: 60, completed: 60 });
    expect(result.connections).toMatchObject({ opened: 60, reused: 0, failed: 0 });
    const { connect, tcp } = result.latencyMs;
    expect([connect.count, tcp.count]).toEqual([60, 60]);
    expect(connect.min as number).toBeGreaterThan(0);
  });

  test("the server is told", async () => {
    const { result } = await run({ keepAlive: false });
    expect(result.connections.closedByServer).toBe(0);
    expect((await readOriginLog(origin.url)).length).toBeGreaterThanOrEqual(60);
  });
});

test("a connection is closed after so many exchanges, and no exchange is lost by it", async () => {
  const { result } = await run({ maxRequests: 7 });
  expect(result.accounting.completed).toBe(60);
  expect(result.connections.opened).toBeGreaterThanOrEqual(Math.ceil(60 / 7));
  expect(result.connections.opened).toBeLessThanOrEqual(3 * Math.ceil(60 / 7));
  expect(result.connections.closedByServer).toBe(0);
});

describe("the addresses of a name", () => {
  const port = () => new URL(origin.url).port;
  const nameOf = () => `http://shop.invalid:${port()}/`;

  test("are used in turn, and each has its own numbers", async () => {
    const resolve = [`shop.invalid:${port()}:127.0.0.1,127.0.0.2,127.0.0.3`];
    const { result } = await run({ resolve }, nameOf());
    expect(Object.keys(result.backends).sort()).toEqual(["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
    const counts = Object.values(result.backends).map(({ completed }) => completed);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(60);
    for (const { completed, serviceMs } of Object.values(result.backends)) {
      expect([completed > 0, serviceMs.count]).toEqual([true, completed]);
    }
  });

  test("that refuse are passed over, while others answer", async () => {
    const closed = await startChildOrigin("--hostname", "127.0.0.9");
    const closedPort = new URL(closed.url).port;
    await closed.stop();
    const other = await startChildOrigin("--hostname", "127.0.0.8", "--port", closedPort);
    const resolve = [`shop.invalid:${closedPort}:127.0.0.9,127.0.0.8`];
    const { result } = await run({ resolve }, `http://shop.invalid:${closedPort}/`);
    expect([result.accounting.completed, result.backends["127.0.0.8"].completed]).toEqual([60, 60]);
    expect(result.connections.failed).toBeGreaterThan(0);
    await other.stop();
  });
});

test("a Unix socket that is not there is one kind of failure, with its path", async () => {
  const unix = join(folder, "nobody.sock");
  const { result } = await run({ unix });
  expect(result.accounting).toMatchObject({ due: 60, completed: 0, failed: 60 });
  const [[kind, { count, sample }]] = Object.entries(result.errorSamples);
  expect(count).toBe(60);
  expect(kind).toStartWith("connect-");
  expect(sample).toContain(unix);
});
