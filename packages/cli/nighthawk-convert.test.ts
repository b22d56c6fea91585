/** `nightjar convert --from nighthawk` of an Output that a service of ours has told. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { readResult } from "@nightjar/formats/json/read-result.ts";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { benchmark } from "@nightjar/testkit/nighthawk-client.ts";
import type { Output } from "@nightjar/wire/generated/nighthawk/client/output_pb.ts";
import { outputToJson } from "@nightjar/wire/nighthawk/wire-json.ts";
import { cli, makeFolder } from "./child-cli.ts";
import { startChildService } from "./child-service.ts";

const LIMIT_MS = 120_000;
const folder = makeFolder();
afterAll(() => folder.remove());

let output: Output;
let result: ResultDocument;

/** Two workers for three seconds, 100/s each; one answer of three is a 503. */
beforeAll(async () => {
  const [origin, service] = await Promise.all([
    startChildOrigin("--behaviour", "delay=2ms&status=503:30"),
    startChildService(folder),
  ]);
  try {
    const { output: told } = await benchmark(service.address, {
      requestsPerSecond: 100,
      concurrency: "2",
      oneofDurationOptions: { case: "duration", value: { seconds: 3n } },
      oneofUri: { case: "uri", value: { value: `${origin.url}/` } },
      failurePredicates: { "benchmark.http_5xx": 1_000_000n },
    });
    output = told!;
  } finally {
    await Promise.all([origin.stop(), service.stop()]);
  }
  folder.write("output.json", JSON.stringify(outputToJson(output)));
  const args = ["--from", "nighthawk", "--to", "result"];
  const { code, out } = await cli(["convert", "output.json", ...args], { cwd: folder.path });
  expect(code).toBe(0);
  result = readResult(out);
}, LIMIT_MS);

function counter(name: string): number {
  const whole = output.results.find((one) => one.name === "global");
  return Number(whole?.counters.find((one) => one.name === name)?.value ?? 0n);
}

test("counts agree with the counters, and say each status", () => {
  const [good, bad] = [counter("benchmark.http_2xx"), counter("benchmark.http_5xx")];
  expect(good * bad).toBeGreaterThan(0);
  expect(result.statusCodes).toEqual({ "200": good, "503": bad });
  expect(result.populations).toMatchObject({ ok: good, error: bad });
  expect(result.errors["status-503"]).toBe(bad);
  expect(result.errorSamples["status-503"].atS).toBeLessThan(3);
  const { due, sent, completed, dropped, unsent, unknown } = result.accounting!;
  expect(due).toBe(sent + dropped + unsent + unknown);
  expect(completed).toBe(good + bad);
  expect(result.connections.opened).toBe(counter("upstream_cx_total"));
});

test("latencies are those of our own recorder, from due to done", () => {
  const { generator, latencyMs, histograms } = result;
  expect(generator).toMatchObject({ name: "nightjar", latencyKind: "response" });
  expect(generator.fidelity).toEqual({ kind: "histogram", relativeError: 0.001 });
  for (const name of ["wait", "lag", "service", "response"] as const) {
    expect(latencyMs[name]?.count).toBeGreaterThan(0);
    expect(histograms[name]).toBeString();
  }
  expect(latencyMs.service?.min).toBeGreaterThanOrEqual(2);
  expect(latencyMs.errorResponse?.count).toBe(counter("benchmark.http_5xx"));
});

test("what is made of it is a report, and a log of histograms", async () => {
  const convert = async (to: string) => {
    const args = ["--from", "nighthawk", "--to", to];
    const { code, out } = await cli(["convert", "output.json", ...args], { cwd: folder.path });
    expect(code).toBe(0);
    return out;
  };
  expect(await convert("markdown")).toContain("| response p50 |");
  expect(await convert("hlog")).toContain("Tag=response,");
  expect(await convert("html")).toContain("status-503");
});
