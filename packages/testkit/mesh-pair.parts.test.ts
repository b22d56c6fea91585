import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { CLIENT_UPSTREAM, SERVER_UPSTREAM } from "./envoy-config.ts";
import { type MeshPair, parseStats, startMeshPair } from "./mesh-pair.ts";
import { isAccepting } from "./probes.ts";

const ORIGIN_TEXT = "from the origin";

test("statistics are read line by line, histograms left out", () => {
  const stats = parseStats(
    "a.b: 3\nserver.version: 1x\nh: P0(nan,1) P50(1,2)\nhttp.x.rq_total: 17\n",
  );
  expect([...stats]).toEqual([
    ["a.b", 3],
    ["http.x.rq_total", 17],
  ]);
});

describe("two sidecars before an origin", () => {
  let mesh: MeshPair;
  const origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(ORIGIN_TEXT),
  });

  beforeAll(async () => {
    mesh = await startMeshPair({ originPort: origin.port! });
  });
  afterAll(async () => {
    await mesh?.stop();
    await origin.stop(true);
  });

  test("a request crosses both, over mutual TLS, and both count it", async () => {
    const answer = await fetch(mesh.url);
    expect([answer.status, await answer.text()]).toEqual([200, ORIGIN_TEXT]);
    const [client, server] = await Promise.all([mesh.clientStats(), mesh.serverStats()]);
    expect(client.get(`cluster.${CLIENT_UPSTREAM}.upstream_rq_total`)).toBe(1);
    expect(server.get(`cluster.${SERVER_UPSTREAM}.upstream_rq_total`)).toBe(1);
    expect(client.get(`cluster.${CLIENT_UPSTREAM}.ssl.handshake`)).toBe(1);
    expect(client.get(`cluster.${CLIENT_UPSTREAM}.ssl.versions.TLSv1.3`)).toBe(1);
  });

  test("the server sidecar refuses who shows no certificate", async () => {
    const refusal = fetch(mesh.innerUrl, { tls: { rejectUnauthorized: false } });
    await expect(refusal).rejects.toThrow();
  });
});

test("an origin that answers 503 is asked once: nothing is retried", async () => {
  let askedCount = 0;
  const origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(`${++askedCount}`, { status: 503 }),
  });
  const mesh = await startMeshPair({ originPort: origin.port! });
  try {
    expect((await fetch(mesh.url)).status).toBe(503);
    expect(askedCount).toBe(1);
  } finally {
    await mesh.stop();
    await origin.stop(true);
  }
});

test("a fault percentage is answered by the client sidecar alone", async () => {
  const origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(ORIGIN_TEXT),
  });
  const mesh = await startMeshPair({ originPort: origin.port!, fault503Percent: 100 });
  try {
    expect((await fetch(mesh.url)).status).toBe(503);
    expect((await mesh.clientStats()).get("http.ingress.fault.aborts_injected")).toBe(1);
    expect((await mesh.serverStats()).get(`cluster.${SERVER_UPSTREAM}.upstream_rq_total`)).toBe(0);
  } finally {
    await mesh.stop();
    await origin.stop(true);
  }
});

test("an origin that is not there is a 503 of the server sidecar, at once", async () => {
  const mesh = await startMeshPair({ originPort: 1 });
  try {
    expect((await fetch(mesh.url)).status).toBe(503);
  } finally {
    await mesh.stop();
  }
  const { hostname, port } = new URL(mesh.url);
  expect(await isAccepting(Number(port), hostname)).toBe(false);
});
