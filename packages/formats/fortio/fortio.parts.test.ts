/**
 * Real fortio serves our documents as reports, and the code of its own pages draws them: it is run
 * here as the browser runs it, without the page.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { deflateSync, inflateSync } from "node:zlib";
import { requirePart } from "@nightjar/testkit/parts.ts";
import type { Subprocess } from "bun";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { WHOLE_JSON } from "../nighthawk/fixtures/whole-output.ts";
import { writeOutput } from "../nighthawk/output-formats.ts";
import { parseOutput } from "../nighthawk/parse-output.ts";
import { parseFortio } from "./parse-fortio.ts";
import { fortioOf } from "./print-fortio.ts";

interface Chart {
  readonly title: readonly string[];
  readonly dataP: readonly { x: number; y: number }[];
  readonly dataH: readonly { x: number; y: number }[];
}

const folder = mkdtempSync(join(tmpdir(), "nightjar-fortio-"));
const LIMIT_MS = 60_000;
let server: Subprocess | undefined;
let base = "";
let chartOf: (result: unknown) => Chart;

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

/** Fortio says in its log where it listens: on a port that was free. */
async function addressIn(log: string): Promise<string> {
  for (;;) {
    const said = readFileSync(log, "utf8");
    const found = /report server listening on tcp (127\.0\.0\.1:\d+)/.exec(said);
    if (found && said.includes("servers started")) return `http://${found[1]}`;
    if (server?.exitCode != null) throw new Error(`fortio report has ended: ${said}`);
    await Bun.sleep(20);
  }
}

beforeAll(async () => {
  const fortio = requirePart("fortio");
  for (const [name, text] of Object.entries(documents)) {
    writeFileSync(join(folder, `${name}.json`), text);
  }
  const ports = ["-http-port", "127.0.0.1:0", "-redirect-port", "disabled"];
  const command = [fortio, "report", "-loglevel", "Info", ...ports, "-data-dir", folder];
  const log = join(folder, "report.log");
  writeFileSync(log, "");
  server = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: Bun.file(log) });
  base = await addressIn(log);
  const page = await (await fetch(`${base}/`)).text();
  const [, script] = /src="([^"]*fortio_chart\.js)"/.exec(page) ?? [];
  const code = await (await fetch(new URL(script, `${base}/`))).text();
  // Its last line sets a colour of the library that paints; what is drawn is reckoned without it.
  const library = { Chart: { defaults: { global: {} } } };
  chartOf = runInNewContext(`${code}; fortioResultToJsChartData`, library) as typeof chartOf;
}, LIMIT_MS);

afterAll(async () => {
  server?.kill();
  await server?.exited;
  rmSync(folder, { recursive: true });
});

test("it lists our documents", async () => {
  const index = await (await fetch(`${base}/data/index.tsv`)).text();
  for (const name of Object.keys(documents)) expect(index).toContain(`${name}.json\t`);
});

describe("its pages draw", () => {
  test.each(Object.keys(documents))("%s", async (name) => {
    const served = await (await fetch(`${base}/data/${name}.json`)).json();
    expect(served).toEqual(JSON.parse(documents[name]));
    const { title, dataP, dataH } = chartOf(served);
    // Nighthawk's has jitter, and no word of fortio's `Uniform`.
    const said = title.join("\n").replace("uniform: undefined", "");
    expect(said).not.toMatch(/NaN|undefined|null/);
    const { count, max } = parseFortio(documents[name]).durations;
    if (count === 0) return;
    const points = [...dataP, ...dataH];
    expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(Number(y)))).toBe(true);
    const rises = (values: readonly number[]) => values.every((v, at) => !(v < values[at - 1]));
    expect([rises(dataP.map(({ x }) => x)), rises(dataP.map(({ y }) => y))]).toEqual([true, true]);
    expect(rises(dataH.map(({ x }) => x))).toBe(true);
    expect(dataP.at(-1)!.y).toBe(100);
    expect(dataP.at(-1)!.x).toBeCloseTo(max * 1000, 3);
  });

  test("the share of errors and the latency's meaning are in the title", async () => {
    const title = (name: string) => chartOf(JSON.parse(documents[name])).title.join("\n");
    expect(title("fail")).toMatch(/% errors/);
    expect(title("pass")).toContain("Response time (from due) histogram at 4000 target qps");
    expect(title("nighthawk-pedantic")).toContain("histogram at 500 target qps");
  });
});

test(
  "what it measures itself is read, and its histogram is the one that it prints",
  async () => {
    const origin = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("tea") });
    const file = join(folder, "own.json");
    const load = ["load", "-quiet", "-qps", "100", "-n", "40", "-c", "2", "-json", file];
    const child = Bun.spawn([requirePart("fortio"), ...load, origin.url.href], {
      ...{ stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    });
    expect(await child.exited).toBe(0);
    await origin.stop(true);
    const text = await Bun.file(file).text();
    const fortio = parseFortio(text);
    expect(fortio).toMatchObject({ exactly: 40, retCodes: { "200": 40 }, version: "1.68.0" });
    expect(fortio.durations.count).toBe(40);
    expect(chartOf(JSON.parse(text)).dataP.at(-1)!.y).toBe(100);
  },
  LIMIT_MS,
);
