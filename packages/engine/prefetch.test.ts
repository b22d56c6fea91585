/** Connections that are opened before exchanges need them. */
import { afterAll, expect, test } from "bun:test";
import { makeCertificate } from "@nightjar/origin/certificate.ts";
import { runHere } from "@nightjar/testkit/runs-here.ts";

const { certificatePem: cert, keyPem: key } = await makeCertificate();
const answer = () => new Response("ok");
const plain = Bun.serve({ port: 0, fetch: answer });
const secure = Bun.serve({ port: 0, tls: { cert, key }, fetch: answer });
afterAll(async () => {
  await Promise.all([plain.stop(true), secure.stop(true)]);
});

const connection = { prefetch: true };
const load = { rate: 20, requests: 10, connections: 8 };

test.each([
  ["cleartext", () => `http://127.0.0.1:${plain.port}/`],
  ["TLS", () => `https://127.0.0.1:${secure.port}/`],
])("by %s: all are open, whoever was due meanwhile has waited", async (_, url) => {
  const tls = url().startsWith("https") ? { tls: { insecure: true } } : {};
  const result = await runHere({ url: url(), load, connection, timeout: "60s", ...tls });
  expect(result.errors).toEqual({});
  expect(result.accounting.completed).toBe(10);
  expect(result.connections).toMatchObject({ opened: 8, failed: 0 });
  // The first is due while its connection is being opened.
  expect(result.latencyMs.connect.max).toBeGreaterThan(0);
});

test("by targets of two authorities: one to each", async () => {
  const targets = [plain, secure].map(({ url }) => ({ url: url.href }));
  const job = { url: plain.url.href, targets, load, connection, tls: { insecure: true } };
  const result = await runHere({ ...job, timeout: "60s" });
  expect(result.errors).toEqual({});
  expect(result.connections?.opened).toBe(16);
});

test("where nobody listens, it is the exchanges that fail", async () => {
  const result = await runHere({ url: "http://127.0.0.1:1/", load, connection });
  expect(result.errors).toEqual({ "connect-refused": 10 });
  expect(result.accounting).toMatchObject({ failed: 10, completed: 0 });
});
