/** TLS against nginx and OpenSSL: sessions that are resumed, and who is let in. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { makeMeshCertificates, makeServerCertificate } from "@nightjar/testkit/certificates.ts";
import { requirePart } from "@nightjar/testkit/parts.ts";
import { freePort, type RunningProcess, startProcess } from "@nightjar/testkit/processes.ts";
import { inTurn, runHere } from "@nightjar/testkit/runs-here.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nightjar-tls-parts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ALONE = { keepAlive: false };

function run(port: number, more: Partial<PlanDocument> = {}, files: string[] = []) {
  const assets = Object.fromEntries(files.map((file) => [file, readFileSync(file)]));
  const url = `https://localhost:${port}/`;
  const connection = { resolve: [`localhost:${port}:127.0.0.1`], ...more.connection };
  return runHere({ url, load: inTurn(10), hooks: { assets }, ...more, connection });
}

async function whileRuns<T>(process: RunningProcess, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    await process.stop();
  }
}

/** `lines`: of its server. */
function startNginx(port: number, lines: string): Promise<RunningProcess> {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ");
  const pair = makeServerCertificate(folder);
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr error;
    events {} http { access_log off; ${paths} server { listen 127.0.0.1:${port} ssl;
      ssl_certificate ${pair.certificate}; ssl_certificate_key ${pair.key}; ${lines} } }`,
  );
  const command = [requirePart("nginx"), "-p", folder, "-c", config, "-e", "stderr"];
  return startProcess({ name: "nginx", command, ready: { port } });
}

describe.each(["TLSv1.2", "TLSv1.3"])("nginx by %s", (version) => {
  async function seen(more: Partial<PlanDocument>): Promise<Result> {
    const port = freePort();
    const by = "if ($ssl_session_reused = r) { return 201; } return 200;";
    const nginx = await startNginx(port, `ssl_protocols ${version}; location / { ${by} }`);
    const tls = { caCert: join(folder, "server.pem"), ...more.tls };
    const plan = { connection: ALONE, ...more, tls };
    return whileRuns(nginx, () => run(port, plan, [tls.caCert]));
  }

  test("has as many sessions resumed as our sockets say", async () => {
    const { errors, connections, statusCodes } = await seen({});
    expect(errors).toEqual({});
    expect(connections).toMatchObject({ opened: 10, resumed: 9 });
    expect(statusCodes).toEqual({ 200: 1, 201: 9 });
  });

  test("has none where the plan wants none", async () => {
    const { connections, statusCodes } = await seen({ tls: { resumption: false } });
    expect(connections).toMatchObject({ opened: 10, resumed: 0 });
    expect(statusCodes).toEqual({ 200: 10 });
  });

  test("knows a client by its certificate", async () => {
    const mesh = makeMeshCertificates(folder);
    const port = freePort();
    const wants = `ssl_client_certificate ${mesh.authority}; ssl_verify_client on;`;
    const lines = `ssl_protocols ${version}; ${wants} location / { return 200; }`;
    const nginx = await startNginx(port, lines);
    const { certificate: cert, key } = mesh.client;
    const other = makeServerCertificate(folder);
    await whileRuns(nginx, async () => {
      const known = await run(port, { tls: { insecure: true, cert, key } }, [cert, key]);
      expect(known.statusCodes).toEqual({ 200: 10 });
      const none = await run(port, { tls: { insecure: true } });
      expect(none.statusCodes).toEqual({ 400: 10 });
      const stranger = { insecure: true, cert: other.certificate, key: other.key };
      const files = [other.certificate, other.key];
      expect((await run(port, { tls: stranger }, files)).statusCodes).toEqual({ 400: 10 });
    });
  });
});

describe.each([
  ["1.2", "-tls1_2"],
  ["1.3", "-tls1_3"],
])("OpenSSL by TLS %s", (_, flag) => {
  test("says no to a client of another authority: a failure of TLS, each time", async () => {
    const mesh = makeMeshCertificates(folder);
    const own = makeServerCertificate(folder);
    const port = freePort();
    const wants = ["-Verify", "1", "-verify_return_error", "-CAfile", mesh.authority];
    const pair = ["-cert", own.certificate, "-key", own.key];
    const command = [requirePart("openssl"), "s_server", "-accept", `127.0.0.1:${port}`];
    command.push("-www", flag, ...wants, ...pair);
    const server = await startProcess({ name: "openssl", command, ready: { line: /ACCEPT/ } });
    await whileRuns(server, async () => {
      const { certificate: cert, key } = own;
      const result = await run(port, { tls: { insecure: true, cert, key } }, [cert, key]);
      expect(result.errors).toEqual({ tls: 10 });
      expect(result.errorSamples.tls.sample).toContain("UNKNOWN_CA");
      const good = { insecure: true, cert: mesh.client.certificate, key: mesh.client.key };
      const known = await run(port, { tls: good }, [good.cert, good.key]);
      expect(known.statusCodes).toEqual({ 200: 10 });
    });
  });
});
