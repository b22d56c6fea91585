/** Requests that are larger than what a socket takes at once, and other ways to a server. */
import { afterEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { Result } from "@nightjar/core/result/result.ts";
import { makeCertificate } from "@nightjar/origin/certificate.ts";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { runOn } from "@nightjar/testkit/runs.ts";
import { engine } from "./engine.ts";
import { OK, type ScriptedServer, type ScriptOptions, scripted } from "./scripted-server.ts";

const servers: ScriptedServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

const BODY = Uint8Array.from({ length: 4_000_000 }, (_, at) => (at * 7919) >>> 5);
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const DIGEST = digestOf(BODY);
const EARLY = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno";

type Bytes = NonNullable<ScriptOptions["onBytes"]>;

/** Reads one chunk, rests, reads the next; answers when the whole request has come. */
function slowReader(digests: string[]): Bytes {
  const received = new Map<unknown, { chunks: Uint8Array[]; bytes: number; rests: number }>();
  return (socket, chunk) => {
    const known = received.get(socket) ?? { chunks: [], bytes: 0, rests: 0 };
    received.set(socket, known);
    known.chunks.push(chunk);
    known.bytes += chunk.length;
    if (known.rests++ < 20) {
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    }
    const head = Buffer.concat(known.chunks.slice(0, 1)).indexOf("\r\n\r\n") + 4;
    if (known.bytes < head + BODY.length) return;
    digests.push(digestOf(Buffer.concat(known.chunks).subarray(head)));
    received.delete(socket);
    socket.write(OK);
  };
}

async function upload(url: string, requests: number): Promise<Result> {
  const targets = [{ url, method: "POST", bodyFile: "body" }];
  const load = { model: "closed", requests, connections: 2 } as const;
  const plan = { targets, load, tls: { insecure: true }, timeout: "30s" };
  return (await runOn(engine({ spin: false }), plan, { assets: { body: BODY } })).result;
}

describe("a body of 4 MB", () => {
  test.each(["cleartext", "TLS"])(
    "reaches a slow reader whole (%s)",
    async (kind) => {
      const digests: string[] = [];
      const { certificatePem, keyPem } = await makeCertificate();
      const tls = kind === "TLS" ? { cert: certificatePem, key: keyPem } : undefined;
      const server = scripted(() => {}, { tls, onBytes: slowReader(digests) });
      servers.push(server);
      const result = await upload(server.url, 6);
      expect(result.errors).toEqual({});
      expect(digests).toEqual(Array(6).fill(DIGEST));
      expect(result.connections).toMatchObject({ opened: 2, reused: 4 });
      expect(result.bytes.sent).toBeGreaterThan(6 * BODY.length);
      expect(result.bytes.sent).toBeLessThan(6 * BODY.length + 6 * 300);
    },
    120_000,
  );

  test("that is answered before it was read ends its connection", async () => {
    const server = scripted(() => {}, {
      onBytes: (socket) => {
        socket.pause();
        socket.write(EARLY);
      },
    });
    servers.push(server);
    const result = await upload(server.url, 4);
    expect(result.statusCodes).toEqual({ 413: 4 });
    expect(result.connections).toMatchObject({ opened: 4, reused: 0 });
  });
});

test("an IPv6 address is reached, and named in brackets", async () => {
  const origin = await startChildOrigin("--log", "--hostname", "::1");
  expect(origin.url).toStartWith("http://[::1]:");
  const load = { model: "closed", requests: 20, connections: 2 } as const;
  const { result } = await runOn(engine({ spin: false }), { targets: [{ url: origin.url }], load });
  expect(result.errors).toEqual({});
  expect(Object.keys(result.backends)).toEqual(["::1"]);
  expect(result.backends["::1"]).toMatchObject({ completed: 20, errors: 0, failed: 0 });
  expect(await readOriginLog(origin.url)).toHaveLength(20);
  await origin.stop();
});

test("the addresses of a name are used in turn", async () => {
  const origin = await startChildOrigin();
  const url = `http://localhost:${origin.port}/`;
  const load = { model: "closed", requests: 40, connections: 4 } as const;
  const { result } = await runOn(engine({ spin: false }), { targets: [{ url }], load });
  const { completed, failed } = result.accounting;
  expect(completed + failed).toBe(40);
  expect(result.backends["127.0.0.1"].completed).toBe(completed);
  await origin.stop();
});
