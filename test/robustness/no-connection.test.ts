/** No connection, or none that is worth anything: each case has one kind and says what it met. */
import { afterEach, describe, expect, test } from "bun:test";
import { cli } from "@nightjar/cli/child-cli.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import { engine } from "@nightjar/engine/engine.ts";
import { OK, type ScriptedServer, scripted } from "@nightjar/engine/scripted-server.ts";
import { makeCertificate, type Validity } from "@nightjar/origin/certificate.ts";
import { freePort } from "@nightjar/testkit/processes.ts";
import { runOn } from "@nightjar/testkit/runs.ts";
import { inNamespaces, mayUnshare } from "./namespaces.ts";

const EXCHANGES = 2;
const DAY_MS = 86_400_000;

const servers: ScriptedServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

function serve(...script: Parameters<typeof scripted>): ScriptedServer {
  const server = scripted(...script);
  servers.push(server);
  return server;
}

/** A server that does the same with all bytes it gets. */
function always(act: NonNullable<Parameters<typeof scripted>[1]>["onBytes"]): ScriptedServer {
  return serve(() => {}, { onBytes: act });
}

type More = Partial<PlanDocument> & { assets?: Assets };

async function run(url: string, { assets, ...more }: More = {}): Promise<Result> {
  const load = { model: "closed", requests: EXCHANGES, connections: 1 } as const;
  const plan = { targets: [{ url }], load, ...more };
  return (await runOn(engine({ spin: false }), plan, { assets })).result;
}

/** Each exchange failed so, and nothing else happened. */
function expectAll(result: Result, kind: string, sample: RegExp): void {
  expect(result.errors).toEqual({ [kind]: EXCHANGES });
  expect(result.errorSamples[kind].sample).toMatch(sample);
  expect(result.accounting).toMatchObject({ due: EXCHANGES, sent: EXCHANGES, failed: EXCHANGES });
  expect(result.verdict.outcome).toBe("inconclusive");
  expect(result.verdict.reasons).toContain("no exchange was answered");
}

/**
 * The server has closed while our request was on its way: whether its FIN is read before the RST
 * that the request then meets is a matter of microseconds.
 */
function expectClosed(result: Result): void {
  const { reset = 0, "closed-before-answer": closed = 0, ...others } = result.errors;
  expect([reset + closed, others]).toEqual([EXCHANGES, {}]);
  for (const { sample } of Object.values(result.errorSamples))
    expect(sample).toMatch(/ended before the answer$|reset the connection/);
}

describe("no connection", () => {
  test("unknown host: refused before the run, by one sentence", async () => {
    const { code, out, err } = await cli(["run", "http://nobody.invalid/", "--requests", "3"]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^nightjar: the name "nobody.invalid" has no address \(\w+\)\n.*--resolve/);
  });

  test("refused port", async () => {
    const port = freePort();
    const sample = new RegExp(`^127\\.0\\.0\\.1:${port} refused the connection`);
    expectAll(await run(`http://127.0.0.1:${port}/`), "connect-refused", sample);
  });
});

// Skipped where nobody may make namespaces: there is no other way to have it for real.
test.skipIf(!mayUnshare())(
  "no route: the network is unreachable, which is no refusal",
  async () => {
    const run = '"$NIGHTJAR" run http://10.1.2.3/ --requests 2 --rate 100 --quiet --output json';
    const result = resultSchema.parse(JSON.parse((await inNamespaces(run)).out));
    const sample = /^10\.1\.2\.3:80: network is unreachable \(ENETUNREACH\)$/;
    expectAll(result, "connect-failed", sample);
  },
);

/** Trusted in all but what the test is about. */
async function tlsServer(validity?: Validity): Promise<{ url: string; more: More }> {
  const { certificatePem, keyPem } = await makeCertificate(validity);
  const tls = { cert: certificatePem, key: keyPem };
  const { url } = serve(({ socket }) => void socket.write(OK), { tls });
  const assets = { "ca.pem": new TextEncoder().encode(certificatePem) };
  return { url, more: { assets, tls: { caCert: "ca.pem" } } };
}

describe("a certificate", () => {
  const nowMs = Date.now();

  test("that is good is the control", async () => {
    const { url, more } = await tlsServer();
    expect((await run(url, more)).errors).toEqual({});
  });

  test("name mismatch", async () => {
    const { url, more } = await tlsServer();
    const result = await run(url, { ...more, tls: { caCert: "ca.pem", sni: "other.example" } });
    expectAll(result, "tls", /does not match certificate's altnames/);
  });

  test("expired", async () => {
    const past = { fromMs: nowMs - 9 * DAY_MS, toMs: nowMs - 2 * DAY_MS };
    const { url, more } = await tlsServer(past);
    expectAll(await run(url, more), "tls", /^TLS with 127\.0\.0\.1:\d+: CERT_HAS_EXPIRED/);
  });

  test("not valid yet", async () => {
    const future = { fromMs: nowMs + 2 * DAY_MS, toMs: nowMs + 9 * DAY_MS };
    const { url, more } = await tlsServer(future);
    expectAll(await run(url, more), "tls", /CERT_NOT_YET_VALID/);
  });
});

describe("the wrong protocol", () => {
  test("https to a port of HTTP", async () => {
    const { port } = always((socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expectAll(await run(`https://127.0.0.1:${port}/`), "tls", /WRONG_VERSION_NUMBER/);
  });

  test("https to a port that waits for a request", async () => {
    const { port } = always(() => {});
    const result = await run(`https://127.0.0.1:${port}/`, { connectTimeout: "100ms" });
    expectAll(result, "connect-timeout", /^no connection within 100 ms$/);
  });

  test("http to a port of TLS", async () => {
    const { url } = await tlsServer();
    expectClosed(await run(url.replace("https:", "http:")));
  });

  test("http to a port of TLS that says so by an alert", async () => {
    const alert = Uint8Array.of(21, 3, 1, 0, 2, 2, 40);
    const { url } = always((socket) => void socket.write(alert));
    expectAll(await run(url), "protocol", /an alert of TLS: the port may want https$/);
  });

  test("a server that greets first", async () => {
    const onOpen = (socket: { write(text: string): void }) => socket.write("220 mail.example");
    const { url } = serve(() => {}, { onOpen });
    expectAll(await run(url), "protocol", /does not begin with HTTP\/1\.1 and a status$/);
  });
});

describe("a connection without an answer", () => {
  test("accept and close", async () => {
    const { url } = serve(() => {}, { onOpen: (socket) => void socket.end() });
    expectClosed(await run(url));
  });

  test("silence", async () => {
    const { url } = always(() => {});
    const sample = /^no answer within 100 ms$/;
    expectAll(await run(url, { timeout: "100ms" }), "timeout", sample);
  });

  test.each([
    ["a half status line", "HTTP/1.1 20"],
    ["a half head", "HTTP/1.1 200 OK\r\nContent-Le"],
    ["a half body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"],
    ["a half chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf"],
  ])("half responses: %s", async (_, half) => {
    const closing = always((socket) => void socket.end(half));
    expectAll(await run(closing.url), "closed-mid-answer", /ended within the answer$/);
    const silent = always((socket) => void socket.write(half));
    const sample = /^no answer within 100 ms$/;
    expectAll(await run(silent.url, { timeout: "100ms" }), "timeout", sample);
  });
});
