/** What the client shows of itself, and which versions of TLS it speaks. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { SecureVersion, TlsOptions } from "node:tls";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { makeCertificate } from "@nightjar/origin/certificate.ts";
import { inTurn, runHere } from "@nightjar/testkit/runs-here.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const own = await makeCertificate();
const other = await makeCertificate();
const assets = {
  "own.pem": bytes(own.certificatePem),
  "own.key": bytes(own.keyPem),
  "other.pem": bytes(other.certificatePem),
  "other.key": bytes(other.keyPem),
  "both.pem": bytes(own.keyPem + own.certificatePem),
};

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(options: TlsOptions): Promise<string> {
  const pair = { cert: own.certificatePem, key: own.keyPem };
  const server = createServer({ ...pair, ...options }, (_, response) => void response.end("ok"));
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function run(url: string, tls: PlanDocument["tls"]): Promise<Result> {
  const all = { caCert: "own.pem", ...tls };
  return runHere({ url, load: inTurn(4), tls: all, hooks: { assets } });
}

describe.each(["TLSv1.2", "TLSv1.3"] satisfies SecureVersion[])("by %s", (version) => {
  let url = "";
  beforeAll(async () => {
    const demands = { requestCert: true, rejectUnauthorized: true, ca: own.certificatePem };
    url = await serve({ ...demands, minVersion: version, maxVersion: version });
  });

  test.each([
    ["in two files", { cert: "own.pem", key: "own.key" }],
    ["in one", { cert: "both.pem", key: "both.pem" }],
    [
      "and what the server shows is of no account",
      { insecure: true, cert: "own.pem", key: "own.key" },
    ],
  ])("a certificate that the server wants opens the door, %s", async (_, tls) => {
    const result = await run(url, tls);
    expect(result.errors).toEqual({});
    expect(result.connections).toMatchObject({ opened: 1, reused: 3 });
  });

  /** By 1.3 the client has finished, and sent, before the server says no. */
  test.each([
    ["none", {}],
    ["none, and what the server shows is of no account", { insecure: true }],
  ])("%s fails each exchange, as TLS", async (_, tls) => {
    const result = await run(url, tls);
    expect(result.errors).toEqual({ tls: 4 });
    expect(result.errorSamples.tls.sample).toStartWith("TLS with 127.0.0.1:");
    const { opened, reused, failed } = result.connections;
    expect([reused, (opened ?? 0) + (failed ?? 0)]).toEqual([0, 4]);
    expect(result.accounting).toMatchObject({ sent: 4, failed: 4, completed: 0 });
  });
});

describe("the lowest version", () => {
  test.each([
    ["TLSv1.2", undefined, 4],
    ["TLSv1.2", "1.2", 4],
    ["TLSv1.2", "1.3", 0],
    ["TLSv1.3", "1.2", 4],
    ["TLSv1.3", "1.3", 4],
  ] as const)("a server of %s, a plan from %s on: %p answers", async (version, min, answers) => {
    const url = await serve({ minVersion: version, maxVersion: version });
    const result = await run(url, { min });
    expect(result.accounting.completed).toBe(answers);
    expect(result.errors).toEqual(answers === 0 ? { tls: 4 } : {});
    expect(result.connections.failed).toBe(4 - answers);
  });
});

describe("files that make no identity are refused before the run", () => {
  test.each([
    [{ cert: "own.pem", key: "other.key" }, "tls.key: other.key: it is not the key"],
    [{ cert: "own.key", key: "own.key" }, "tls.cert: own.key: it holds no PEM certificate"],
    [{ cert: "own.pem", key: "own.pem" }, "tls.key: own.pem: it holds no PEM private key"],
  ])("%j", async (tls, words) => {
    const running = run("https://127.0.0.1:1/", tls);
    expect(running).rejects.toMatchObject({ name: "NightjarError", code: "file" });
    expect(running).rejects.toThrow(words);
    await running.catch(() => {});
  });
});
