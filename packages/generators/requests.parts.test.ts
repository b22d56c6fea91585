/** What each driver's program sends, byte by byte, and whom it trusts. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { type Nginx, startNginx } from "@nightjar/testkit/nginx.ts";
import { type RealName, runReal } from "@nightjar/testkit/real-program.ts";

interface Seen {
  readonly line: string;
  /** In lower case, sorted. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** Answers every request with nothing, and keeps what it was sent. */
class Listener {
  readonly seen: Seen[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((socket) => {
      let text = "";
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
        for (let length = wholeRequest(text); length > 0; length = wholeRequest(text)) {
          this.seen.push(requestIn(text.slice(0, length)));
          text = text.slice(length);
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
      });
    });
  }

  open(): Promise<string> {
    return new Promise((resolve) => {
      this.server.listen(0, "127.0.0.1", () => {
        const { port } = this.server.address() as { port: number };
        resolve(`127.0.0.1:${port}`);
      });
    });
  }

  close(): void {
    this.server.close();
  }
}

/** 0: not all of it has come. */
function wholeRequest(text: string): number {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return 0;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length >= head + 4 + length ? head + 4 + length : 0;
}

function requestIn(text: string): Seen {
  const [head, body] = text.split("\r\n\r\n");
  const [line, ...headers] = head.split("\r\n");
  const named = headers.map((one) => one.replace(/^[^:]+/, (name) => name.toLowerCase()));
  return { line, headers: named.sort(), body };
}

const LOADS: Record<RealName, Omit<PlanDocument, "targets">> = {
  fortio: { load: { rate: 20, requests: 20, connections: 2 } },
  vegeta: { load: { rate: 20, requests: 20, connections: 2 } },
  wrk: { load: { rate: "max", connections: 1 }, duration: "1s", workers: 1 },
};
const NAMES = Object.keys(LOADS) as RealName[];

/** What it sends beside the plan's own, and cannot be kept from. */
const OWN: Record<RealName, RegExp> = {
  fortio: /^content-type: application\/octet-stream$/,
  vegeta: /^(x-vegeta-seq: \d+|accept-encoding: identity)$/,
  wrk: /^$/,
};

async function sentBy(
  name: RealName,
  target: Partial<NonNullable<PlanDocument["targets"]>[number]>,
  assets: Record<string, Uint8Array> = {},
) {
  const listener = new Listener();
  const host = await listener.open();
  let sent = 0;
  try {
    const targets = [{ url: `http://${host}/a/b?c=d%20e`, ...target }];
    const { result } = await runReal(name, { targets, ...LOADS[name] }, { assets });
    sent = result.accounting.sent;
  } finally {
    listener.close();
  }
  const [first] = listener.seen;
  const headers = first.headers.filter((header) => !OWN[name].test(header));
  return { host, first: { ...first, headers }, all: listener.seen, sent };
}

describe("on the wire", () => {
  test.each(NAMES)("%s: a plain request is as ours and no more", async (name) => {
    const { host, first, all, sent } = await sentBy(name, {});
    expect(first).toEqual({
      line: "GET /a/b?c=d%20e HTTP/1.1",
      headers: ["accept: */*", `host: ${host}`, "user-agent: nightjar"],
      body: "",
    });
    // Vegeta ends with its time, on a starved machine before all is sent.
    if (name !== "wrk") expect(all).toHaveLength(sent);
    if (name === "fortio") expect(sent).toBe(20);
  });

  test.each(NAMES)("%s: method, headers and body", async (name) => {
    const body = 'a "quoted" ü\n{x}';
    const headers = { "x-one": "1: two", "user-agent": "me/1" };
    const { host, first } = await sentBy(name, { method: "PUT", headers, body });
    const bytes = Buffer.from(body).toString("latin1");
    expect(first.line).toBe("PUT /a/b?c=d%20e HTTP/1.1");
    expect(first.body).toBe(bytes);
    expect(first.headers).toEqual([
      "accept: */*",
      `content-length: ${bytes.length}`,
      `host: ${host}`,
      "user-agent: me/1",
      "x-one: 1: two",
    ]);
  });

  test.each(NAMES)("%s: another host's name, a body of a size", async (name) => {
    const target = { method: "POST", headers: { host: "shop.test" }, bodySize: 50 };
    const { first } = await sentBy(name, target);
    expect(first.headers).toContain("host: shop.test");
    expect(first.body).toMatch(/^[a-z0-9]{50}$/);
  });

  test.each(["vegeta", "wrk"] as const)("%s: secrets of the environment", async (name) => {
    const headers = { authorization: "Bearer {{env TOKEN}}" };
    const assets = { "env:TOKEN": new TextEncoder().encode('t"0\\ken') };
    const { first } = await sentBy(name, { headers }, assets);
    expect(first.headers).toContain('authorization: Bearer t"0\\ken');
  });
});

describe("TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "nightjar-test-"));
  let nginx: Nginx;
  beforeAll(async () => {
    nginx = await startNginx({ bodyBytes: 10, tls: true });
  });
  afterAll(async () => {
    await nginx.stop();
    rmSync(folder, { recursive: true });
  });

  const secure = (name: RealName, tls: PlanDocument["tls"], assets = {}) =>
    runReal(name, { targets: [{ url: nginx.url }], tls, ...LOADS[name] }, { assets });

  test.each(["fortio", "vegeta"] as const)("%s: an unknown authority is refused", async (name) => {
    const { result } = await secure(name, {});
    const { due, sent, failed, unsent } = result.accounting;
    expect([due, sent + unsent, failed]).toEqual([20, 20, sent]);
    expect(sent).toBeGreaterThan(0);
    expect(result.errors).toEqual({ tls: sent });
  });

  test.each(["fortio", "vegeta"] as const)("%s: and one of the plan's is not", async (name) => {
    const caCert = nginx.certificate as string;
    const { result } = await secure(name, { caCert }, { [caCert]: readFileSync(caCert) });
    const { due, sent, completed, unsent } = result.accounting;
    expect([due, sent + unsent, completed]).toEqual([20, 20, sent]);
    expect(sent).toBeGreaterThan(0);
  });

  test.each(NAMES)("%s: nor is any where the plan says so", async (name) => {
    const { result } = await secure(name, { insecure: true });
    const { sent, completed } = result.accounting;
    expect(completed).toBe(sent);
    expect(sent).toBeGreaterThan(0);
  });
});
