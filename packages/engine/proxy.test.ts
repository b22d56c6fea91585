/** Through a forward proxy: asked in absolute form, or for a tunnel; and what it may do wrong. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { makeCertificate } from "@nightjar/origin/certificate.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import {
  type ForwardProxy,
  type ForwardProxyOptions,
  startForwardProxy,
} from "@nightjar/testkit/forward-proxy.ts";
import { freePort } from "@nightjar/testkit/processes.ts";
import { inTurn, runHere, seedApart, until } from "@nightjar/testkit/runs-here.ts";
import { OK, scripted } from "./scripted-server.ts";

let origin: ChildOrigin;
let secure: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin();
  secure = await startChildOrigin("--tls");
});
afterAll(async () => {
  await origin.stop();
  await secure.stop();
});

const proxies: ForwardProxy[] = [];
afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.stop();
});

async function proxyThat(options?: ForwardProxyOptions): Promise<ForwardProxy> {
  const proxy = await startForwardProxy(options);
  proxies.push(proxy);
  return proxy;
}

function through(
  { url: proxy }: Pick<ForwardProxy, "url">,
  url: string,
  more: Partial<PlanDocument> = {},
): Promise<Result> {
  const connection = { proxy, ...more.connection };
  const tls = { insecure: true, ...more.tls };
  return runHere({ url, load: inTurn(6), ...more, tls, connection });
}

describe("a cleartext target", () => {
  test("is asked for in absolute form, over a connection that is kept", async () => {
    const proxy = await proxyThat();
    const result = await through(proxy, `${origin.url}/cart?size=5`);
    expect(result.errors).toEqual({});
    expect(result.accounting.completed).toBe(6);
    expect(result.connections).toMatchObject({ opened: 1, reused: 5, failed: 0 });
    expect(proxy.accepted).toBe(1);
    expect(proxy.heads).toHaveLength(6);
    const host = new URL(origin.url).host;
    expect(proxy.heads[0]).toStartWith(
      `GET http://${host}/cart?size=5 HTTP/1.1\r\nHost: ${host}\r\n`,
    );
  });

  test("and others share that connection, whatever their host", async () => {
    const other = await startChildOrigin();
    const proxy = await proxyThat();
    const targets = [{ url: origin.url }, { url: other.url }];
    const result = await through(proxy, "", { targets, load: inTurn(10) });
    await other.stop();
    expect(result.errors).toEqual({});
    expect(result.targets.map(({ completed }) => completed)).toEqual([5, 5]);
    expect([result.connections.opened, proxy.accepted]).toEqual([1, 1]);
    expect(Object.keys(result.backends)).toEqual(["127.0.0.1"]);
  });

  test("has headers for the proxy in its requests", async () => {
    const proxy = await proxyThat();
    const connection = { proxyHeaders: { "Proxy-Authorization": "Basic eDp5" } };
    await through(proxy, origin.url, { connection });
    expect(proxy.heads[5]).toContain("\r\nProxy-Authorization: Basic eDp5\r\n");
  });
});

describe("a target of TLS", () => {
  test("is reached through a tunnel, which is kept", async () => {
    const proxy = await proxyThat();
    const result = await through(proxy, secure.url);
    expect(result.errors).toEqual({});
    expect(result.accounting.completed).toBe(6);
    expect(result.connections).toMatchObject({ opened: 1, reused: 5, failed: 0 });
    const place = new URL(secure.url).host;
    expect(proxy.heads).toEqual([`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n`]);
  });

  test("has headers for the proxy where the tunnel is asked for, and nowhere else", async () => {
    const proxy = await proxyThat();
    const connection = { proxyHeaders: { "Proxy-Authorization": "Basic eDp5" } };
    const result = await through(proxy, secure.url, { connection });
    expect(result.errors).toEqual({});
    expect(proxy.heads[0]).toEndWith("\r\nProxy-Authorization: Basic eDp5\r\n");
  });

  test("opens in the time of TCP to the proxy, of CONNECT, and of TLS", async () => {
    const proxy = await proxyThat({ connectDelayMs: 100 });
    const { latencyMs } = await through(proxy, secure.url, { load: inTurn(3) });
    const { connect, tcp, tls } = latencyMs;
    expect([tcp.count, tls.count, connect.count]).toEqual([1, 1, 3]);
    const between = (connect.max as number) - (tcp.max as number) - (tls.max as number);
    expect(between).toBeGreaterThan(95);
    expect(latencyMs.response.max as number).toBeGreaterThan(95);
  });

  test("is what TLS speaks with: its name and its certificate are looked at", async () => {
    const proxy = await proxyThat();
    const strict = { tls: { insecure: false } };
    const result = await through(proxy, secure.url, strict);
    expect(result.errors).toEqual({ tls: 6 });
    expect(result.errorSamples.tls.sample).toContain("SELF_SIGNED_CERT");
    expect(result.connections).toMatchObject({ opened: 0, failed: 6 });
    const other = await through(proxy, secure.url, { tls: { sni: "other.example" } });
    expect(other.errors).toEqual({});
  });

  test("has bodies of any size and answers of many records through it", async () => {
    const proxy = await proxyThat();
    const body = "x".repeat(3_000_000);
    const targets = [{ url: `${secure.url}/?size=300000`, method: "POST", body }];
    const result = await through(proxy, "", { targets, load: inTurn(4) });
    expect(result.errors).toEqual({});
    expect(result.connections).toMatchObject({ opened: 1, reused: 3 });
    expect(result.bytes.sent).toBeGreaterThan(4 * 3_000_000);
    expect(result.bytes.received).toBeGreaterThan(4 * 300_000);
  });
});

describe("a proxy that opens no tunnel", () => {
  test.each([
    ["refuses", "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno", /CONNECT with status 407/],
    [
      "answers as if it moved",
      "HTTP/1.1 302 Go\r\nLocation: /x\r\n\r\n",
      /CONNECT with status 302/,
    ],
    ["speaks something else", "SSH-2.0-OpenSSH_9.2\r\n", /CONNECT breaks HTTP: .*begin with HTTP/],
    ["says too much", "HTTP/1.1 200 OK\r\n\r\nhello", /it sent more than its answer/],
    ["switches protocols", "HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n", /breaks HTTP/],
  ])("because it %s: a failure of the proxy, each time", async (_, answer, sample) => {
    const proxy = await proxyThat({ onConnect: (socket) => void socket.write(answer) });
    const result = await through(proxy, secure.url);
    expect(result.errors).toEqual({ proxy: 6 });
    expect(result.errorSamples.proxy.sample).toMatch(sample);
    expect(result.errorSamples.proxy.sample).toStartWith(`the proxy 127.0.0.1:${proxy.port}: `);
    expect(result.accounting).toMatchObject({ due: 6, sent: 6, failed: 6 });
    expect(result.connections).toMatchObject({ opened: 0, reused: 0, failed: 6 });
    await until(() => proxy.open === 0);
  });

  test.each([
    ["ends the connection", (socket: Socket) => void socket.end()],
    ["resets it", (socket: Socket) => void socket.resetAndDestroy()],
    ["ends it in its answer", (socket: Socket) => void socket.end("HTTP/1.1 200 OK\r\nA:")],
  ])("because it %s: the same", async (_, onConnect) => {
    const proxy = await proxyThat({ onConnect });
    const result = await through(proxy, secure.url);
    expect(result.errors).toEqual({ proxy: 6 });
    expect(result.errorSamples.proxy.sample).toContain("before it had answered CONNECT");
    expect(result.connections).toMatchObject({ opened: 0, failed: 6 });
  });

  test("because it stays silent: no connection in time", async () => {
    const proxy = await proxyThat({ onConnect: () => {} });
    const result = await through(proxy, secure.url, { connectTimeout: "100ms", load: inTurn(2) });
    expect(result.errors).toEqual({ "connect-timeout": 2 });
    await until(() => proxy.open === 0);
  });

  test("because nobody is there: refused", async () => {
    const url = `http://127.0.0.1:${freePort()}`;
    for (const target of [origin.url, secure.url]) {
      const result = await through({ url }, target);
      expect(result.errors).toEqual({ "connect-refused": 6 });
      expect(result.errorSamples["connect-refused"].sample).toContain(new URL(url).host);
    }
  });

  test("or leads to nothing but cleartext: a failure of TLS", async () => {
    const proxy = await proxyThat({
      onConnect: (socket) => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.on("data", () => void socket.end("HTTP/1.1 400 No\r\n\r\n"));
      },
    });
    const result = await through(proxy, secure.url);
    expect(result.errors).toEqual({ tls: 6 });
    expect(result.errorSamples.tls.sample).toContain("WRONG_VERSION_NUMBER");
  });
});

test("a tunnel that the target ends while it is idle is not used again", async () => {
  const { certificatePem, keyPem } = await makeCertificate();
  const target = scripted(
    ({ socket }) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 30);
    },
    { tls: { cert: certificatePem, key: keyPem } },
  );
  const proxy = await proxyThat();
  // Asked in between, it answers once the end of the tunnel has come.
  const between = scripted(async ({ socket }) => {
    await until(() => target.open === 0);
    socket.write(OK);
  });
  const targets = [{ url: target.url }, { url: between.url }];
  const seed = seedApart(0, 2, 8);
  const result = await through(proxy, "", { targets, load: inTurn(8), seed });
  target.stop();
  between.stop();
  expect(result.errors).toEqual({});
  expect(result.connections).toMatchObject({ opened: 4 + 1, reused: 3, failed: 0 });
  await until(() => proxy.open === 0);
});
