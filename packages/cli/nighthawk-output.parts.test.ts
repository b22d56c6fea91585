/**
 * The Output of a real run of ours, by the service that stands in for Nighthawk's, in all formats
 * of the transform; the one of fortio is opened by real fortio.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { OUTPUT_FORMATS, type OutputFormat } from "@nightjar/formats/nighthawk/output-formats.ts";
import { parseOutput } from "@nightjar/formats/nighthawk/parse-output.ts";
import { resultOfOutput } from "@nightjar/formats/nighthawk/result-of-output.ts";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { FortioReport, faultsOf } from "@nightjar/testkit/fortio-report.ts";
import { benchmark } from "@nightjar/testkit/nighthawk-client.ts";
import { outputToJson } from "@nightjar/wire/nighthawk/wire-json.ts";
import { makeFolder } from "./child-cli.ts";
import { startChildService } from "./child-service.ts";

const NIGHTJAR = new URL("../../nightjar", import.meta.url).pathname;
const LIMIT_MS = 120_000;
const folder = makeFolder();

let json = "";
let report: FortioReport | undefined;
const written: Partial<Record<OutputFormat, string>> = {};

/** Two workers, one second, of 100/s each. */
async function measured(): Promise<string> {
  const [origin, service] = await Promise.all([startChildOrigin(), startChildService(folder)]);
  try {
    const { output } = await benchmark(service.address, {
      requestsPerSecond: 100,
      concurrency: "2",
      oneofDurationOptions: { case: "duration", value: { seconds: 1n } },
      oneofUri: { case: "uri", value: { value: `${origin.url}/?delay=1ms` } },
      labels: ["tea", "shop"],
    });
    return JSON.stringify(outputToJson(output!));
  } finally {
    await Promise.all([origin.stop(), service.stop()]);
  }
}

async function transformed(format: OutputFormat): Promise<string> {
  const command = [NIGHTJAR, "nighthawk-output-transform", "--output-format", format];
  const stdin = new TextEncoder().encode(json);
  const child = Bun.spawn(command, { stdin, stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  expect([err, code]).toEqual(["", 0]);
  return out;
}

beforeAll(async () => {
  json = await measured();
  for (const format of OUTPUT_FORMATS) written[format] = await transformed(format);
  const { fortio, experimental_fortio_pedantic: pedantic } = written;
  report = await FortioReport.open({ fortio: fortio!, pedantic: pedantic! });
}, LIMIT_MS);

afterAll(async () => {
  folder.remove();
  await report?.close();
});

describe("the Output of a real run", () => {
  test("JSON and YAML say the same Output", () => {
    const output = parseOutput(json);
    expect(parseOutput(written.json!)).toEqual(output);
    expect(parseOutput(JSON.stringify(Bun.YAML.parse(written.yaml!)))).toEqual(output);
    expect(output.results.map(({ name }) => name)).toEqual(["worker_0", "worker_1", "global"]);
  });

  test("the texts tell of its answers and its latency", () => {
    const whole = parseOutput(json).results[2];
    const answers = whole.counters.find(({ name }) => name === "benchmark.http_2xx")!.value;
    expect(answers).toBeGreaterThan(0n);
    const texts = {
      human: `Request start to response end (${answers} samples)\n  min: 0s `,
      csv: `\nbenchmark.http_2xx,${answers},`,
      dotted: `\nglobal.benchmark.http_2xx:${answers}\n`,
      prometheus: `\nnighthawk_benchmark_http_2xx{scope="global"} ${answers}\n`,
    } as const;
    for (const [format, text] of Object.entries(texts)) {
      expect(written[format as OutputFormat]).toContain(text);
    }
  });

  test("fortio opens it: what was asked for, and a chart without a fault", async () => {
    for (const name of ["fortio", "pedantic"]) {
      const chart = report!.chart(await report!.served(name));
      expect(faultsOf(chart)).toEqual([]);
      expect(chart.title[0]).toStartWith("tea shop - http://127.0.0.1:");
      expect(chart.title[1]).toContain("at 200 target qps");
      expect(chart.dataH.length).toBeGreaterThan(2);
    }
  });

  test("it is a Result of ours again", () => {
    const context = { text: json, deflate: deflateSync, inflate: inflateSync };
    const result = resultOfOutput(parseOutput(json), context);
    expect(result.plan).toMatchObject({ load: { model: "open", rate: 200 } });
    expect(result.latencyMs.service!.count).toBe(result.populations.ok!);
    expect(result.latencyMs.service!.min).toBeGreaterThanOrEqual(1);
    expect(result.generator).toMatchObject({
      ...{ name: "nightjar", latencyKind: "response" },
      fidelity: { kind: "histogram" },
    });
  });
});
