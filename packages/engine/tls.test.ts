/** TLS with real handshakes: who is trusted, who is not, and what breaks in the middle. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { startRelay } from "@nightjar/testkit/relay.ts";
import { type RunOptions, runOn } from "@nightjar/testkit/runs.ts";
import { seedApart, until } from "@nightjar/testkit/runs-here.ts";
import { engine } from "./engine.ts";
import { OK, type ScriptedServer, scripted } from "./scripted-server.ts";

const folder = mkdtempSync(join(tmpdir(), "nightjar-tls-"));
const certificateFile = join(folder, "origin.pem");
let origin: ChildOrigin;
let certificate: Uint8Array;
beforeAll(async () => {
  origin = await startChildOrigin("--tls", "--certificate-file", certificateFile);
  certificate = readFileSync(certificateFile);
});
afterAll(async () => {
  await origin.stop();
  rmSync(folder, { recursive: true });
});

const servers: ScriptedServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

interface Job {
  url: string;
  requests?: number;
  tls?: PlanDocument["tls"];
  /** Of the file "ca.pem". */
  ca?: Uint8Array;
  more?: Partial<PlanDocument>;
  hooks?: RunOptions;
}

async function run({ url, requests = 4, tls, ca, more, hooks }: Job): Promise<Result> {
  const load = { model: "closed", requests, connections: 1 } as const;
  const plan = { targets: [{ url }], load, tls, ...more };
  const assets: Assets = ca ? { "ca.pem": ca } : {};
  return (await runOn(engine({ spin: false }), plan, { assets, ...hooks })).result;
}

function expectTlsFailures(result: Result, count: number, sample: RegExp): void {
  expect(result.errors).toEqual({ tls: count });
  expect(result.errorSamples.tls.sample).toMatch(sample);
  expect(result.connections).toMatchObject({ opened: 0, reused: 0, failed: count });
}

describe("a certificate", () => {
  test("of an authority that the plan trusts is good, by address and by name", async () => {
    const byAddress = await run({ url: origin.url, tls: { caCert: "ca.pem" }, ca: certificate });
    expect(byAddress.errors).toEqual({});
    expect(byAddress.connections).toMatchObject({ opened: 1, reused: 3 });
    const sni = { caCert: "ca.pem", sni: "localhost" };
    const byName = await run({ url: origin.url, tls: sni, ca: certificate });
    expect(byName.errors).toEqual({});
  });

  test("opens in the time that connect says, TCP and TLS apart", async () => {
    const tls = { caCert: "ca.pem" };
    const { latencyMs } = await run({ url: origin.url, tls, ca: certificate });
    const { connect, tcp } = latencyMs;
    expect([latencyMs.tcp.count, latencyMs.tls.count]).toEqual([1, 1]);
    const parts = (tcp.max as number) + (latencyMs.tls.max as number);
    expect(Math.abs(parts - (connect.max as number))).toBeLessThan(0.001);
    expect(connect.min).toBe(0);
  });

  test("of nobody whom we know is refused, without a request", async () => {
    expectTlsFailures(await run({ url: origin.url }), 4, /SELF_SIGNED_CERT/);
  });

  test("of another authority is refused", async () => {
    const other = await startChildOrigin("--tls", "--certificate-file", join(folder, "other.pem"));
    const ca = readFileSync(join(folder, "other.pem"));
    await other.stop();
    expectTlsFailures(await run({ url: origin.url, tls: { caCert: "ca.pem" }, ca }), 4, /CERT/);
  });

  test("for another name is refused", async () => {
    const tls = { caCert: "ca.pem", sni: "other.example" };
    const result = await run({ url: origin.url, tls, ca: certificate });
    expectTlsFailures(result, 4, /does not match certificate's altnames/);
  });

  test.each([{}, { sni: "localhost" }, { sni: "other.example" }])(
    "of any kind is good where the plan is insecure (%j)",
    async (name) => {
      const result = await run({ url: origin.url, tls: { insecure: true, ...name } });
      expect(result.errors).toEqual({});
      expect(result.connections).toMatchObject({ opened: 1, reused: 3, failed: 0 });
    },
  );
});

describe("a file of authorities", () => {
  test.each([
    ["empty", ""],
    ["no PEM", "not a certificate"],
    ["a broken certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
  ])("that is %s is refused before the run", async (_, text) => {
    const ca = new TextEncoder().encode(text);
    const running = run({ url: origin.url, tls: { caCert: "ca.pem" }, ca });
    expect(running).rejects.toMatchObject({ name: "NightjarError", code: "file" });
    await running.catch(() => {});
  });

  test("that did not come with the plan is refused before the run", async () => {
    const running = run({ url: origin.url, tls: { caCert: "ca.pem" } });
    expect(running).rejects.toMatchObject({ code: "prepare-failed" });
    await running.catch(() => {});
  });
});

describe("the wrong protocol", () => {
  test("TLS to a server of cleartext fails each exchange", async () => {
    const server = scripted(() => {}, {
      onBytes: (socket) => void socket.end("HTTP/1.1 400 No\r\n\r\n"),
    });
    servers.push(server);
    const result = await run({ url: server.url.replace("http:", "https:") });
    expectTlsFailures(result, 4, /WRONG_VERSION_NUMBER/);
  });

  test("HTTP to a server of TLS fails each exchange", async () => {
    const result = await run({ url: origin.url.replace("https:", "http:") });
    const { protocol = 0, reset = 0, "closed-before-answer": closed = 0 } = result.errors;
    expect(protocol + reset + closed).toBe(4);
    expect(result.accounting).toMatchObject({ completed: 0, failed: 4 });
  });
});

describe("a handshake", () => {
  test.each([
    ["is reset", (server: Parting) => server.terminate()],
    ["is ended", (server: Parting) => server.end()],
  ])("that %s fails its exchange at once", async (_, part) => {
    const server = scripted(() => {}, { onBytes: part });
    servers.push(server);
    const slow = { timeout: "60s", connectTimeout: "60s" };
    const result = await run({ url: server.url.replace("http:", "https:"), more: slow });
    expectTlsFailures(result, 4, /TLS with 127\.0\.0\.1/);
  });

  test("that stays without an answer times out, and does no harm when it goes on", async () => {
    const target = { hostname: "127.0.0.1", port: origin.port };
    const relay = await startRelay({ target });
    relay.cut({ fresh: "blackhole" });
    const result = await run({
      url: `https://127.0.0.1:${relay.port}/`,
      tls: { insecure: true },
      more: {
        load: { rate: 10, requests: 35, connections: 20 },
        timeout: "20s",
        connectTimeout: "1s",
      },
      hooks: { at: [{ ms: 1550, act: () => relay.heal() }] },
    });
    expect(Object.keys(result.errors)).toEqual(["connect-timeout"]);
    const { due, completed, failed } = result.accounting;
    expect([due, completed + failed]).toEqual([35, 35]);
    expect(completed).toBeGreaterThan(0);
    await until(() => relay.connections === 0);
    await relay.stop();
  });
});

interface Parting {
  terminate(): void;
  end(): void;
}

test("answers of many records are read, and requests kept on one connection", async () => {
  const targets = [{ url: `${origin.url}/?size=300000&chunked=1` }];
  const result = await run({ url: "", tls: { insecure: true }, more: { targets }, requests: 20 });
  expect(result.errors).toEqual({});
  expect(result.connections).toMatchObject({ opened: 1, reused: 19 });
  expect(result.bytes.received).toBeGreaterThan(20 * 300_000);
});

test("an idle connection that the server ends is not used again", async () => {
  const { makeCertificate } = await import("@nightjar/origin/certificate.ts");
  const { certificatePem, keyPem } = await makeCertificate();
  const server = scripted(
    ({ socket }) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 30);
    },
    { tls: { cert: certificatePem, key: keyPem } },
  );
  servers.push(server);
  // Asked in between, it answers once the end of the other has come.
  const between = scripted(async ({ socket }) => {
    await until(() => server.open === 0);
    socket.write(OK);
  });
  servers.push(between);
  const targets = [{ url: server.url }, { url: between.url }];
  const more = { targets, seed: seedApart(0, 2, 8) };
  const result = await run({ url: "", tls: { insecure: true }, more, requests: 8 });
  expect(result.errors).toEqual({});
  expect(result.connections).toMatchObject({ opened: 4 + 1, reused: 3, failed: 0 });
});
