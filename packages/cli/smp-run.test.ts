/** `nightjar run smp-test.yaml`: an SMP test configuration is run like a plan. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import { sideBySideSchema } from "@nightjar/core/result/side-by-side.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { stringify } from "yaml";
import { cli, makeFolder } from "./child-cli.ts";

const folder = makeFolder();
let origin: ChildOrigin;
beforeAll(async () => {
  const pem = `${folder.path}/origin.pem`;
  origin = await startChildOrigin("--tls", "--certificate-file", pem);
});
afterAll(async () => {
  await origin.stop();
  folder.remove();
});

const CLIENT = { protocol: "http", connections: 3, rps: 100, headers: { "x-a": "1" } };

function write(client: object, rest: object = {}): void {
  const clients = [{ ...CLIENT, endpointUrls: [origin.url], ...client }];
  folder.write(
    "smp.yaml",
    stringify({ test: { name: "smoke", duration: "1s", clients }, ...rest }),
  );
}

describe("a single client is run", () => {
  test("with its certificate, body and cookies; flags win, and the defaults are told", async () => {
    write(
      {
        sslCertificate: folder.read("origin.pem"),
        body: "{{tea}}",
        contentType: "text/plain",
        cookies: { a: "b" },
        additionalOptions: '{"warmup":"100ms","thresholds":["p50 < 30s"]}',
      },
      { mesh: "istio" },
    );
    const args = ["run", "smp.yaml", "--duration", "500ms", "--output", "json"];
    const { out, err } = await cli(args, { cwd: folder.path });
    expect(err).toContain("smp.yaml: not said, so Nightjar's defaults hold: ");
    const result: Result = JSON.parse(out);
    expect(result).toMatchObject({
      name: "smoke",
      labels: { "smp.mesh": "istio" },
      accounting: { due: 50, failed: 0 },
      populations: { error: 0 },
      warmup: { due: 10 },
      thresholds: [{ expr: "p50 < 30s", ok: true }],
    });
    expect(result.plan).toMatchObject({
      targets: [{ method: "POST", body: "{{{{tea}}", headers: { "Content-Type": "text/plain" } }],
      load: { rate: 100, connections: 3 },
    });
  });

  test("--quiet says nothing of the defaults", async () => {
    write({ sslCertificate: folder.read("origin.pem") });
    const args = ["run", "smp.yaml", "--duration", "100ms", "--quiet", "--output", "json"];
    expect((await cli(args, { cwd: folder.path })).err).toBe("");
  });
});

function writeTwo(second: object): void {
  const pem = folder.read("origin.pem");
  const client = { ...CLIENT, endpoint_urls: [origin.url], ssl_certificate: pem };
  const clients = [client, { ...client, ...second }];
  folder.write("smp.yaml", stringify({ clients, duration: "1s" }));
}

test("several clients begin together, and their exchanges are added up", async () => {
  writeTwo({ rps: 50, connections: 2 });
  const args = ["run", "smp.yaml", "--quiet", "--output", "json", "--threshold", "p50 < 30s"];
  const { code, out } = await cli(args, { cwd: folder.path });
  expect([0, 98]).toContain(code);
  const { order, coolDownS, results, whole } = sideBySideSchema.parse(JSON.parse(out));
  expect([order, coolDownS]).toEqual([["client 1", "client 2"], null]);
  expect(results.map(({ accounting }) => accounting.due)).toEqual([100, 50]);
  expect(results.map(({ thresholds }) => thresholds.length)).toEqual([1, 1]);
  const sum = (of: (result: Result) => number) => results.reduce((all, one) => all + of(one), 0);
  expect(whole).toMatchObject({ due: 150, completed: sum((one) => one.accounting.completed) });
  const services = results.map(({ latencyMs }) => latencyMs.service);
  expect(whole?.latencyMs.service).toMatchObject({
    count: sum(({ latencyMs }) => latencyMs.service.count),
    min: Math.min(...services.map(({ min }) => min ?? 0)),
    max: Math.max(...services.map(({ max }) => max as number)),
  });
});

test("several clients are one page, one table and a suite each, with all as one", async () => {
  writeTwo({ rps: 50, connections: 2 });
  const formats = ["html", "markdown", "junit"];
  const written = formats.flatMap((format) => ["--output", `${format}=two.${format}`]);
  const { code, out } = await cli(["run", "smp.yaml", "--quiet", ...written], {
    cwd: folder.path,
  });
  expect([0, 98]).toContain(code);
  expect(out).toContain("2 clients, begun together");
  const [page, table, suites] = formats.map((format) => folder.read(`two.${format}`));
  expect(page).toContain("<b>all as one</b>");
  expect(table).toMatch(/^\| \S+ \| \*\*all as one\*\* \| 150 \|/m);
  expect(suites.match(/<testsuite /g)).toHaveLength(2);
});

describe("is refused before any load is sent", () => {
  async function refusal(): Promise<string> {
    const { code, out, err } = await cli(["run", "smp.yaml"], { cwd: folder.path });
    expect([code, out]).toEqual([2, ""]);
    return err;
  }

  test("several clients where one plan is wanted, and a client at fault by its place", async () => {
    writeTwo({ rps: 50 });
    const planned = await cli(["plan", "check", "smp.yaml"], { cwd: folder.path });
    expect([planned.code, planned.err]).toEqual([2, expect.stringContaining("one is wanted")]);
    const several = await cli(["run", "smp.yaml", "--generator", "nightjar,fortio"], {
      cwd: folder.path,
    });
    expect([several.code, several.err]).toEqual([2, expect.stringContaining("2 clients, a plan")]);
    const fleet = await cli(["run", "smp.yaml", "--fleet", "nats://127.0.0.1:9", "--agents", "2"], {
      cwd: folder.path,
    });
    expect([fleet.code, fleet.err]).toEqual([2, expect.stringContaining("--fleet: the document")]);
    const table = await cli(["run", "smp.yaml", "--output", "csv"], { cwd: folder.path });
    expect([table.code, table.err]).toEqual([2, expect.stringContaining("csv is of one Result")]);
    writeTwo({ protocol: "udp" });
    expect(await refusal()).toContain("clients[1].protocol: Nightjar does not speak udp yet");
  });

  test("options of another generator", async () => {
    write({ loadGenerator: "wrk2", additionalOptions: "--latency" });
    expect(await refusal()).toStartWith(
      "nightjar: smp.yaml:5:7: additional options of wrk2 are not carried out\n",
    );
  });

  test("a plan that its generator cannot carry out, by the fields of SMP", async () => {
    write({ loadGenerator: "fortio", connections: 64 });
    expect(await refusal()).toContain(
      "smp.yaml:6:7: test.clients[0].connections: fortio gives each connection 2 calls or more",
    );
  });

  test("a broken certificate, by the text that it is", async () => {
    write({ sslCertificate: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n" });
    expect(await refusal()).toContain(
      "clients[0].sslCertificate: the PEM text: its certificate 1 of 1 cannot",
    );
  });

  test("another protocol than Nightjar speaks, and a mesh that nobody knows", async () => {
    write({ protocol: "udp" });
    expect(await refusal()).toContain("clients[0].protocol: Nightjar does not speak udp yet");
    write({}, { mesh: { type: 77 } });
    expect(await refusal()).toContain("mesh.type: unknown mesh 77");
  });
});

test("plan check prints its plan", async () => {
  write({ sslCertificate: folder.read("origin.pem") });
  const { code, out } = await cli(["plan", "check", "smp.yaml"], { cwd: folder.path });
  expect(code).toBe(0);
  folder.write("plan.yaml", out);
  expect((await cli(["plan", "check", "plan.yaml"], { cwd: folder.path })).out).toBe(out);
});
