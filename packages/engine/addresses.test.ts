/** The addresses of a target: which are used, in what order, and what each of them did. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { makeCertificate } from "@nightjar/origin/certificate.ts";
import { inTurn, runHere } from "@nightjar/testkit/runs-here.ts";

interface Served {
  /** Host headers. */
  readonly hosts: (string | null)[];
  readonly port: number;
  stop(): Promise<void>;
}

const servers: { stop(closeAll: boolean): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(true)));
});

/** At an address of this host: the whole of 127.0.0.0/8 is. */
function serveAt(hostname: string, port = 0): Served {
  const hosts: (string | null)[] = [];
  const fetch = (request: Request) => {
    hosts.push(request.headers.get("host"));
    return new Response(hostname);
  };
  const server = Bun.serve({ hostname, port, fetch });
  servers.push(server);
  return { hosts, port: server.port as number, stop: () => server.stop(true) };
}

async function secureAt(hostname: string, port: number) {
  const { certificatePem: cert, keyPem: key } = await makeCertificate();
  return Bun.serve({ hostname, port, tls: { cert, key }, fetch: () => new Response("ok") });
}

function alone(connection: PlanDocument["connection"]) {
  return { connection: { keepAlive: false, ...connection } };
}

describe("a name", () => {
  test("stands for all its addresses, each in turn, and the result has them apart", async () => {
    const { port } = serveAt("127.0.0.2");
    serveAt("127.0.0.3", port);
    const resolve = [`shop.invalid:${port}:127.0.0.2,127.0.0.3`];
    const url = `http://shop.invalid:${port}/`;
    const result = await runHere({ url, load: inTurn(10), ...alone({ resolve }) });
    expect(result.errors).toEqual({});
    expect(Object.keys(result.backends).sort()).toEqual(["127.0.0.2", "127.0.0.3"]);
    for (const { completed } of Object.values(result.backends)) expect(completed).toBe(5);
  });

  test("with an address where nobody listens: the others are used", async () => {
    const { port, hosts } = serveAt("127.0.0.2");
    const resolve = [`shop.invalid:*:127.0.0.4,127.0.0.2`];
    const url = `http://shop.invalid:${port}/`;
    const result = await runHere({ url, load: inTurn(10), ...alone({ resolve }) });
    expect(result.errors).toEqual({});
    expect(Object.keys(result.backends)).toEqual(["127.0.0.2"]);
    expect(result.connections.opened).toBe(10);
    expect(result.connections.failed).toBeGreaterThan(0);
    expect(new Set(hosts)).toEqual(new Set([`shop.invalid:${port}`]));
  });

  test("with an address that stays silent: the next exchanges pass it over", async () => {
    const { port } = serveAt("127.0.0.2");
    const mute = Bun.listen({ hostname: "127.0.0.3", port, socket: { data() {} } });
    const tls = await secureAt("127.0.0.4", port);
    const resolve = [`localhost:${port}:127.0.0.3,127.0.0.4`];
    const result = await runHere({
      url: `https://localhost:${port}/`,
      load: inTurn(20),
      tls: { insecure: true },
      connectTimeout: "1s",
      ...alone({ resolve }),
    });
    mute.stop(true);
    await tls.stop(true);
    const { "connect-timeout": late = 0, ...others } = result.errors;
    expect(others).toEqual({});
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(10);
    expect(result.accounting.completed).toBe(20 - late);
  });

  test("has those of the plan's family alone", async () => {
    const { port } = serveAt("127.0.0.2");
    const resolve = [`shop.invalid:${port}:[::1],127.0.0.2`];
    const url = `http://shop.invalid:${port}/`;
    const connection = alone({ resolve, addressFamily: "ipv4" });
    const result = await runHere({ url, load: inTurn(4), ...connection });
    expect(result.connections).toMatchObject({ opened: 4, failed: 0 });
  });

  test("with other ports for other targets: the ports stand beside the addresses", async () => {
    const one = serveAt("127.0.0.2");
    const other = serveAt("127.0.0.2");
    const targets = [one, other].map(({ port }) => ({ url: `http://shop.invalid:${port}/` }));
    const connection = { resolve: ["shop.invalid:*:127.0.0.2"] };
    const result = await runHere({ url: "", targets, load: inTurn(10), connection });
    const names = [one, other].map(({ port }) => `127.0.0.2:${port}`);
    expect(Object.keys(result.backends).sort()).toEqual(names.sort());
    expect(result.connections).toMatchObject({ opened: 2, reused: 8 });
  });

  test("that has no address of the family is refused before the run", async () => {
    const connection = { addressFamily: "ipv6" } as const;
    const running = runHere({ url: "http://nightjar-test.invalid/", load: inTurn(1), connection });
    expect(running).rejects.toMatchObject({
      code: "unknown-host",
      message: 'the name "nightjar-test.invalid" has no IPv6 address (ENOTFOUND)',
    });
    await running.catch(() => {});
  });
});

describe("a Unix socket", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "nightjar-unix-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function serveUnix(name: string, tls?: Bun.TLSOptions) {
    const unix = join(folder, name);
    const hosts: (string | null)[] = [];
    const fetch = (request: Request) => {
      hosts.push(request.headers.get("host"));
      return new Response("ok");
    };
    const server = Bun.serve({ unix, fetch, ...(tls ? { tls } : {}) });
    servers.push(server);
    return { unix, hosts };
  }

  test("is what is connected to; the host of the URL is but the Host header", async () => {
    const { unix, hosts } = serveUnix("plain.sock");
    const url = "http://shop.invalid:8080/";
    const result = await runHere({ url, load: inTurn(5), connection: { unix } });
    expect(result.errors).toEqual({});
    expect(result.connections).toMatchObject({ opened: 1, reused: 4 });
    expect(new Set(hosts)).toEqual(new Set(["shop.invalid:8080"]));
    expect(Object.keys(result.backends)).toEqual([unix]);
  });

  test("carries TLS, with the host of the URL as its name", async () => {
    const { certificatePem, keyPem } = await makeCertificate();
    const { unix } = serveUnix("secure.sock", { cert: certificatePem, key: keyPem });
    const assets = { "ca.pem": new TextEncoder().encode(certificatePem) };
    const run = (host: string) =>
      runHere({
        url: `https://${host}/`,
        load: inTurn(5),
        connection: { unix },
        tls: { caCert: "ca.pem" },
        hooks: { assets },
      });
    expect((await run("localhost")).errors).toEqual({});
    const wrong = await run("shop.invalid");
    expect(wrong.errors).toEqual({ tls: 5 });
    expect(wrong.errorSamples.tls.sample).toContain("altnames");
    expect(wrong.errorSamples.tls.sample).toStartWith(`TLS with ${unix}: `);
  });

  test.each([
    ["missing.sock", "connect-failed", "there is no such socket (ENOENT)"],
    ["file", "connect-refused", "refused (nobody listens there"],
  ])("that is none (%s) fails each exchange", async (name, kind, words) => {
    writeFileSync(join(folder, "file"), "");
    const unix = join(folder, name);
    const url = "http://shop.invalid/";
    const result = await runHere({ url, load: inTurn(4), connection: { unix } });
    expect(result.errors).toEqual({ [kind]: 4 });
    expect(result.errorSamples[kind].sample).toStartWith(`${unix}: ${words}`);
    expect(result.connections).toMatchObject({ opened: 0, failed: 4 });
  });
});
