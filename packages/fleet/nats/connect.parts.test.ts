import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NightjarError } from "@nightjar/core/errors.ts";
import {
  type MeshCertificates,
  makeMeshCertificates,
  makeServerCertificate,
} from "@nightjar/testkit/certificates.ts";
import { makeNatsOperator } from "@nightjar/testkit/nats-operator.ts";
import {
  type NatsServer,
  type NatsServerOptions,
  startNatsServer,
} from "@nightjar/testkit/nats-server.ts";
import { freePort } from "@nightjar/testkit/processes.ts";
import { startRelay } from "@nightjar/testkit/relay.ts";
import { startWithholdingRelay } from "@nightjar/testkit/withholding-relay.ts";
import { connectNats, type NatsOptions } from "./connect.ts";

const SECRET = "s3cret";
const folder = mkdtempSync(join(tmpdir(), "nightjar-nats-tls-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Given = Omit<NatsOptions, "name">;

async function failure(options: Given): Promise<NightjarError> {
  const error = await connectNats({ name: "test", ...options }).then(
    (bus) => bus.close().then(() => undefined),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(NightjarError);
  const { message, hint = "" } = error as NightjarError;
  expect(`${message} ${hint}`).not.toMatch(new RegExp(`${SECRET}|wr0ng|\n`));
  return error as NightjarError;
}

async function connects(options: Given): Promise<void> {
  const bus = await connectNats({ name: "test", ...options });
  expect(bus.isConnected).toBe(true);
  expect(await bus.streams("")).toEqual([]);
  await bus.close();
}

async function withServer(options: NatsServerOptions, act: (server: NatsServer) => Promise<void>) {
  const server = await startNatsServer(options);
  try {
    await act(server);
  } finally {
    await server.stop();
  }
}

const withoutScheme = ({ port }: { port: number }) => `127.0.0.1:${port}`;

test("where nothing listens the connection is refused", async () => {
  const port = freePort();
  const error = await failure({ servers: `nats://ann:${SECRET}@127.0.0.1:${port}` });
  expect(error.code).toBe("prepare-failed");
  expect(error.message).toBe(`NATS at nats://127.0.0.1:${port}: the connection was refused`);
});

test("a name that nobody knows", async () => {
  const error = await failure({ servers: `nats://${SECRET}@no-such-host.invalid` });
  expect(error.code).toBe("unknown-host");
  expect(error.message).toContain("nats://no-such-host.invalid:4222: no such host");
});

test("of several servers each is told of, and one that is there is enough", async () => {
  await withServer({}, async (server) => {
    const [one, two] = [freePort(), freePort()];
    const error = await failure({ servers: `127.0.0.1:${one},no-such-host.invalid:1` });
    expect(error.message).toContain(`127.0.0.1:${one}: the connection was refused; NATS at`);
    expect(error.message).toEndWith("no such host is known");
    await connects({ servers: `127.0.0.1:${one},${server.url},127.0.0.1:${two}` });
    await connects({ servers: `nats://localhost:${server.port}` });
  });
});

test("a server that speaks another language is none of NATS", async () => {
  const greeting = { open: (socket: { write(text: string): void }) => socket.write("220 hi\r\n") };
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { ...greeting, data() {} } });
  expect((await failure({ servers: withoutScheme(server) })).message).toContain("no NATS server");
  server.stop(true);
});

test("one that waits for the client to speak looks like a sidecar on the way", async () => {
  await withServer({}, async ({ port }) => {
    const relay = startWithholdingRelay({ hostname: "127.0.0.1", port });
    const servers = withoutScheme(relay);
    const error = await failure({ servers, connectLimitNs: 0.5e9 });
    expect(error.message).toContain("nothing is said within 0.5 s");
    expect(error.hint).toMatch(/speaks first.*sidecar/);
    relay.stop();
  });
});

test("one that hangs up looks like it too", async () => {
  const relay = await startRelay({ target: { hostname: "127.0.0.1", port: freePort() } });
  const error = await failure({ servers: withoutScheme(relay) });
  expect(error.message).toMatch(/(closed|reset) before the server had greeted/);
  await relay.stop();
});

test("a server without JetStream", async () => {
  await withServer({ jetStream: false }, async ({ url }) => {
    const error = await failure({ servers: url });
    expect(error.message).toContain("JetStream is not enabled");
    expect(error.hint).toContain("-js");
  });
});

test("a server whose messages are too short", async () => {
  await withServer({ maxPayloadBytes: 4096 }, async ({ url }) => {
    expect((await failure({ servers: url })).message).toContain("at most 4096 bytes");
  });
});

test("a token: the right one, a wrong one, none", async () => {
  await withServer({ token: SECRET }, async ({ url }) => {
    await connects({ servers: url, token: SECRET });
    await connects({ servers: url.replace("//", `//${SECRET}@`) });
    expect((await failure({ servers: url, token: "wr0ng" })).message).toContain("does not accept");
    expect((await failure({ servers: url })).message).toContain("no credentials or token");
  });
});

test("a user with a password in the address", async () => {
  await withServer({ users: [{ user: "ann", password: SECRET }] }, async ({ url }) => {
    await connects({ servers: url.replace("//", `//ann:${SECRET}@`) });
    const error = await failure({ servers: url.replace("//", "//ann:wr0ng@") });
    expect(error.message).toContain("does not accept");
  });
});

test("credentials: good ones, expired ones, another operator's", async () => {
  const operator = makeNatsOperator();
  await withServer({ more: operator.configuration }, async ({ url }) => {
    await connects({ servers: url, credentials: operator.credentials() });
    const expired = operator.credentials(-3600);
    for (const credentials of [expired, makeNatsOperator().credentials()]) {
      const error = await failure({ servers: url, credentials });
      expect(error.message).toMatch(/have expired|does not accept/);
    }
    expect((await failure({ servers: url })).message).toContain("no credentials or token");
  });
});

const read = (path: string) => readFileSync(path, "utf8");

test("TLS: by the authority that has signed, and no other", async () => {
  const pair = makeServerCertificate(folder);
  const ca = read(pair.certificate);
  await withServer({ tls: pair }, async (server) => {
    await connects({ servers: server.url, ca });
    await connects({ servers: `localhost:${server.port}`, ca });
    for (const servers of [server.url, `nats://127.0.0.1:${server.port}`])
      expect((await failure({ servers })).message).toContain("certificate is not trusted");
    const other = read(makeServerCertificate(mkdtempSync(join(folder, "other-"))).certificate);
    const error = await failure({ servers: server.url, ca: other });
    expect(error.message).toContain("certificate is not trusted");
    expect(error.hint).toBe("the authority that was given has not signed it");
    expect(await failure({ servers: server.url, ca: "no PEM" })).toMatchObject({
      code: "bad-usage",
    });
  });
});

let mesh: MeshCertificates;
beforeAll(() => {
  mesh = makeMeshCertificates(mkdtempSync(join(folder, "mesh-")));
});

test("TLS: a certificate for other names is refused", async () => {
  await withServer({ tls: mesh.server }, async ({ url }) => {
    const error = await failure({ servers: url, ca: read(mesh.authority) });
    expect(error.message).toContain("for other names");
  });
});

test("TLS: a server that wants to know the client", async () => {
  const pair = makeServerCertificate(mkdtempSync(join(folder, "verifying-")));
  const more =
    `tls { cert_file: "${pair.certificate}", key_file: "${pair.key}", ` +
    `ca_file: "${mesh.authority}", verify: true }`;
  await withServer({ more }, async ({ url }) => {
    const given = { servers: url, ca: read(pair.certificate) };
    const { certificate, key } = mesh.client;
    await connects({ ...given, certificate: read(certificate), key: read(key) });
    expect((await failure(given)).message).toContain("wants a certificate of the client");
    const wrong = { certificate: read(pair.certificate), key: read(pair.key) };
    expect((await failure({ ...given, ...wrong })).message).toContain("does not accept the client");
    const unfit = await failure({ ...given, certificate: read(certificate), key: read(pair.key) });
    expect(unfit).toMatchObject({ code: "bad-usage" });
  });
});

test("TLS where the server has none is refused, not left out", async () => {
  await withServer({}, async ({ url }) => {
    const error = await failure({ servers: url.replace("nats:", "tls:") });
    expect(error.message).toContain("does not speak TLS");
  });
});
