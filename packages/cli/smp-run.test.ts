/** `nightjar run smp-test.yaml`: an SMP test configuration is run like a plan. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
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
      populations: { ok: 50, error: 0, unanswered: 0 },
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

describe("is refused before any load is sent", () => {
  async function refusal(): Promise<string> {
    const { code, out, err } = await cli(["run", "smp.yaml"], { cwd: folder.path });
    expect([code, out]).toEqual([2, ""]);
    return err;
  }

  test("several clients", async () => {
    const clients = [1, 2].map(() => ({ ...CLIENT, endpoint_urls: [origin.url] }));
    folder.write("smp.yaml", stringify({ clients, duration: "1s" }));
    expect(await refusal()).toBe(
      "nightjar: smp.yaml:1:1: clients: 2 clients are 2 plans, and one is run\n" +
        "  nightjar convert --from smp --to plan smp.yaml shows them\n",
    );
  });

  test("options of another generator", async () => {
    write({ loadGenerator: "wrk2", additionalOptions: "--latency" });
    expect(await refusal()).toStartWith(
      "nightjar: smp.yaml:5:7: additional options of wrk2 are not carried out\n",
    );
  });

  test("a broken certificate, by the text that it is", async () => {
    write({ sslCertificate: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n" });
    expect(await refusal()).toContain("tls.caCert: the PEM text: its certificate 1 of 1 cannot");
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
