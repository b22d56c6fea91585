/**
 * TLS sessions that are resumed: by what the server saw. It answers with status 201 where the
 * handshake was a resumed one, and with 200 where it was whole.
 */
import { afterEach, describe, expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { makeCertificate } from "@nightjar/origin/certificate.ts";
import { startForwardProxy } from "@nightjar/testkit/forward-proxy.ts";
import { inTurn, runHere } from "@nightjar/testkit/runs-here.ts";

const { certificatePem, keyPem } = await makeCertificate();
const assets = { "ca.pem": new TextEncoder().encode(certificatePem) };

const servers: Bun.TCPSocketListener<undefined>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop(true);
});

const ANSWERS = [200, 201].map((status) => `HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`);

/** It leaves connections open, and answers each head. */
function serve(options: Versions = {}, hostname = "127.0.0.1", port = 0): string {
  const tls = { cert: certificatePem, key: keyPem, ...options } as Bun.TLSOptions;
  const server = Bun.listen<undefined>({
    hostname,
    port,
    tls,
    socket: { data: (socket) => void socket.write(ANSWERS[Number(socket.isSessionReused())]) },
  });
  servers.push(server);
  return `https://${hostname}:${server.port}/`;
}

const ALONE = { keepAlive: false };

function run(url: string, more: Partial<PlanDocument> = {}): Promise<Result> {
  const tls = { caCert: "ca.pem", ...more.tls };
  const connection = { ...ALONE, ...more.connection };
  return runHere({ url, load: inTurn(10), hooks: { assets }, ...more, tls, connection });
}

/** The server and the socket say the same. */
function expectResumed(result: Result, resumed: number, whole: number): void {
  expect(result.errors).toEqual({});
  expect(result.connections).toMatchObject({ opened: resumed + whole, resumed, failed: 0 });
  const { 200: full = 0, 201: again = 0 } = result.statusCodes;
  expect([again, full]).toEqual([resumed, whole]);
}

/** As Bun wants them, and does not say in its types. */
interface Versions {
  readonly minVersion?: number;
  readonly maxVersion?: number;
  readonly secureOptions?: number;
}

describe.each([
  ["1.2", 0x303],
  ["1.3", 0x304],
])("by TLS %s", (_, version) => {
  const versions = { minVersion: version, maxVersion: version };

  test.each([{ insecure: false }, { insecure: true, caCert: undefined }])(
    "each connection but the first resumes (%j)",
    async (tls) => {
      expectResumed(await run(serve(versions), { tls }), 9, 1);
    },
  );

  test("none does where the plan says so", async () => {
    const url = serve(versions);
    expectResumed(await run(url, { tls: { resumption: false } }), 0, 10);
  });

  test("through a tunnel too", async () => {
    const proxy = await startForwardProxy();
    const url = serve(versions);
    const result = await run(url, { connection: { proxy: proxy.url } });
    proxy.stop();
    expectResumed(result, 9, 1);
  });

  test("a server that knows none of the sessions makes whole handshakes", async () => {
    const SSL_OP_NO_TICKET = 0x4000;
    const options = { ...versions, secureOptions: SSL_OP_NO_TICKET };
    const { errors, connections, statusCodes } = await run(serve(options));
    expect([errors, connections.opened]).toEqual([{}, 10]);
    expect(statusCodes[201] ?? 0).toBe(connections.resumed ?? -1);
  });

  test("each address has sessions of its own", async () => {
    const url = serve(versions, "127.0.0.2");
    const { port } = new URL(url);
    serve(versions, "127.0.0.3", Number(port));
    const resolve = [`localhost:${port}:127.0.0.2,127.0.0.3`];
    expectResumed(await run(`https://localhost:${port}/`, { connection: { resolve } }), 8, 2);
  });
});

test("a server that was restarted knows no session of before: a whole handshake", async () => {
  let served = 0;
  const tls = { cert: certificatePem, key: keyPem };
  const data = (socket: Bun.Socket) => {
    socket.write(ANSWERS[Number(socket.isSessionReused())]);
    if (++served !== 5) return;
    servers[0].stop();
    servers.push(Bun.listen({ hostname: "127.0.0.1", port, tls, socket: { data } }));
  };
  servers.push(Bun.listen({ hostname: "127.0.0.1", port: 0, tls, socket: { data } }));
  const { port } = servers[0];
  expectResumed(await run(`https://127.0.0.1:${port}/`), 8, 2);
});

test("a connection that is kept was resumed once at most", async () => {
  const result = await run(serve(), { connection: { keepAlive: true, maxRequests: 5 } });
  expect(result.connections).toMatchObject({ opened: 2, reused: 8, resumed: 1 });
  expect(result.statusCodes).toEqual({ 200: 5, 201: 5 });
});

test("a certificate that is not good is not good by a resumed session either", async () => {
  const tls = { caCert: undefined };
  const result = await run(serve(), { tls });
  expect(result.errors).toEqual({ tls: 10 });
  expect(result.connections).toMatchObject({ opened: 0, resumed: 0, failed: 10 });
});
