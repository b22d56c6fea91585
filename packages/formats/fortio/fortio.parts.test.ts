/** Real fortio serves our documents as reports, and the code of its own pages draws them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { FortioReport, faultsOf } from "@nightjar/testkit/fortio-report.ts";
import { requirePart } from "@nightjar/testkit/parts.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { WHOLE_JSON } from "../nighthawk/fixtures/whole-output.ts";
import { writeOutput } from "../nighthawk/output-formats.ts";
import { parseOutput } from "../nighthawk/parse-output.ts";
import { parseFortio } from "./parse-fortio.ts";
import { fortioOf } from "./print-fortio.ts";

const LIMIT_MS = 60_000;

const output = parseOutput(WHOLE_JSON);
const documents: Record<string, string> = {
  ...Object.fromEntries(
    SAMPLE_NAMES.map((name) => {
      return [name, fortioOf(sample(name, deflateSync), { inflate: inflateSync })];
    }),
  ),
  "nighthawk-fortio": writeOutput(output, "fortio"),
  "nighthawk-pedantic": writeOutput(output, "experimental_fortio_pedantic"),
};

let report: FortioReport;
beforeAll(async () => {
  report = await FortioReport.open(documents);
}, LIMIT_MS);
afterAll(() => report?.close());

test("it lists our documents", async () => {
  const index = await report.index();
  for (const name of Object.keys(documents)) expect(index).toContain(`${name}.json\t`);
});

describe("its pages draw", () => {
  test.each(Object.keys(documents))("%s", async (name) => {
    const served = await report.served(name);
    expect(served).toEqual(JSON.parse(documents[name]));
    const chart = report.chart(served);
    expect(faultsOf(chart)).toEqual([]);
    const { count, max } = parseFortio(documents[name]).durations;
    if (count > 0) expect(chart.dataP.at(-1)!.x).toBeCloseTo(max * 1000, 3);
  });

  test("the share of errors and the latency's meaning are in the title", () => {
    const title = (name: string) => report.chart(JSON.parse(documents[name])).title.join("\n");
    expect(title("fail")).toMatch(/% errors/);
    expect(title("pass")).toContain("Response time (from due) histogram at 4000 target qps");
    expect(title("nighthawk-pedantic")).toContain("histogram at 500 target qps");
  });
});

test(
  "what it measures itself is read, and drawn without a fault by the same code",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "nightjar-fortio-own-"));
    const file = join(folder, "own.json");
    const origin = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("tea") });
    try {
      const load = ["load", "-quiet", "-qps", "100", "-n", "40", "-c", "2", "-json", file];
      const child = Bun.spawn([requirePart("fortio"), ...load, origin.url.href], {
        ...{ stdin: "ignore", stdout: "ignore", stderr: "ignore" },
      });
      expect(await child.exited).toBe(0);
      const text = await Bun.file(file).text();
      const fortio = parseFortio(text);
      expect(fortio).toMatchObject({ exactly: 40, retCodes: { "200": 40 }, version: "1.68.0" });
      expect(fortio.durations.count).toBe(40);
      expect(faultsOf(report.chart(JSON.parse(text)))).toEqual([]);
    } finally {
      await origin.stop(true);
      rmSync(folder, { recursive: true });
    }
  },
  LIMIT_MS,
);
