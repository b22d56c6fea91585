/** `--output jsonl`: what is written while a run goes on adds up to its Result, come what may. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { decodeV2Compressed } from "@nightjar/core/record/hdr-codec.ts";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { until } from "@nightjar/testkit/runs-here.ts";
import { type ChildCli, childrenOf, cli, type Folder, makeFolder, startCli } from "./child-cli.ts";

let origin: ChildOrigin;
let folder: Folder;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(() => origin.stop());
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

const LIMIT_MS = 120_000;
const OUTPUTS = ["--output", "jsonl=r.jsonl", "--output", "json=r.json", "--quiet"];
const ENDLESS = ["--rate", "200", "--connections", "20", "--workers", "2", "--duration", "10m"];

type Numbers = Record<string, number>;
interface Line {
  readonly type: "run" | "snapshot" | "end";
  readonly interval: number;
  readonly adds?: true;
  readonly cells: {
    readonly phase: string;
    readonly counts: Numbers;
    readonly statuses: Numbers;
    readonly errors: Record<string, { count: number }>;
    readonly histograms: Record<string, string>;
  }[];
  readonly turn?: string;
  readonly connections: Numbers;
  readonly bytes: Numbers;
  readonly parts: Numbers;
  readonly backends: Record<string, Numbers & { service: never }>;
}

function linesIn(text: string): Line[] {
  expect(text).toEndWith("\n");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Whole lines so far. */
function linesSoFar(): string[] {
  const path = join(folder.path, "r.jsonl");
  return existsSync(path) ? folder.read("r.jsonl").split("\n").slice(0, -1) : [];
}

function start(...args: string[]): ChildCli {
  return startCli(["run", `${origin.url}/`, ...args], { cwd: folder.path });
}

const resultIn = (text: string): Result => resultSchema.parse(JSON.parse(text));

function sum(all: readonly Numbers[]): Numbers {
  const total: Numbers = {};
  for (const one of all) {
    for (const [key, n] of Object.entries(one)) total[key] = (total[key] ?? 0) + n;
  }
  return total;
}

/** Counts by slot. */
function slotsOf(base64: string): Numbers {
  const { slots, counts } = decodeV2Compressed(Buffer.from(base64, "base64"), (bytes) =>
    inflateSync(bytes),
  );
  return Object.fromEntries([...slots].map((slot, at) => [slot, counts[at]]));
}

/** By name, all that hold anything. */
function mergedSlots(all: readonly Readonly<Record<string, string>>[]): Record<string, Numbers> {
  const names = new Set(all.flatMap((one) => Object.keys(one)));
  const merged = (name: string) =>
    sum(all.flatMap((one) => (one[name] === undefined ? [] : [slotsOf(one[name])])));
  return Object.fromEntries([...names].map((name) => [name, merged(name)]));
}

/** Every number of the lines, added up, is that of the Result. */
function expectSums(lines: readonly Line[], result: Result): void {
  const snapshots = lines.filter(({ type }) => type === "snapshot");
  const cells = (phase: string) =>
    snapshots.flatMap((line) => line.cells.filter((cell) => cell.phase === phase));
  const measured = cells("measured");
  const { ok, errors, ...counts } = sum(measured.map((cell) => cell.counts));
  const { expected, received } = sum(snapshots.map(({ parts }) => parts));
  expect({ ...counts, intervalsExpected: expected, intervalsReceived: received }).toEqual(
    result.accounting,
  );
  expect({ ok, error: errors }).toMatchObject({ ok, error: result.populations.error });
  expect(ok).toBe(result.populations.ok);
  expect(sum(measured.map(({ statuses }) => statuses))).toEqual(result.statusCodes);
  const kinds = measured.map((cell) =>
    Object.fromEntries(Object.entries(cell.errors).map(([kind, { count }]) => [kind, count])),
  );
  expect(sum(kinds)).toEqual(result.errors);
  expect<object>(sum(snapshots.map(({ bytes }) => bytes))).toEqual(result.bytes);
  const opened = sum(snapshots.map(({ connections }) => connections));
  expect<object>(opened).toEqual(result.connections);
  const turns = snapshots.flatMap(({ turn }) => (turn === undefined ? [] : [{ turn }]));
  const histograms = mergedSlots([...measured.map((cell) => cell.histograms), ...turns]);
  expect(histograms).toEqual(mergedSlots([result.histograms]));
  const warmup = sum(cells("warmup").map((cell) => cell.counts));
  if (result.warmup) expect(warmup).toMatchObject(result.warmup);
  for (const [address, { completed, errors: wrong, failed }] of Object.entries(result.backends)) {
    const tallies = snapshots.flatMap(({ backends }) => backends[address] ?? []);
    const { service: _, ...total } = sum(tallies);
    expect(total).toEqual({ completed, errors: wrong, failed });
  }
}

describe("the lines of a run", () => {
  test(
    "describe it, add up to the Result slot for slot, and say its end",
    async () => {
      const url = `${origin.url}/?delay=exp:2ms&status=503:10&reset=5`;
      const load = ["--rate", "400", "--warmup", "700ms", "--duration", "1500ms", "--workers", "2"];
      const secret = ["--header", "Authorization: s3cr3t"];
      await cli(["run", url, ...load, ...secret, ...OUTPUTS], { cwd: folder.path });
      const text = folder.read("r.jsonl");
      const [head, ...rest] = linesIn(text);
      const result = resultIn(folder.read("r.json"));
      const { id, name, labels, startedAt, plan } = result;
      const schema = "nightjar.snapshots/v1";
      expect(head as object).toEqual({ schema, type: "run", id, name, labels, startedAt, plan });
      const { verdict, durationS, accounting } = result;
      const end = { type: "end", outcome: "done", verdict, durationS, accounting };
      expect(rest.pop() as object).toEqual(end);
      expect(rest.map(({ interval }) => interval)).toEqual(rest.map((_, at) => at));
      expect(rest.length).toBeGreaterThanOrEqual(3);
      expect(result.errors).not.toEqual({});
      expectSums(rest, result);
      expect(text).not.toContain("s3cr3t");
    },
    LIMIT_MS,
  );

  test(
    "a worker killed within it: gaps are added, and all adds up",
    async () => {
      const child = start(...ENDLESS, ...OUTPUTS);
      await until(() => linesSoFar().length >= 2);
      process.kill(childrenOf(child.process.pid)[0], "SIGKILL");
      await until(() => linesSoFar().length >= 5);
      child.process.kill("SIGINT");
      expect((await child.ended).code).toBe(130);
      const lines = linesIn(folder.read("r.jsonl"));
      const result = resultIn(folder.read("r.json"));
      expect(result.accounting.unknown).toBeGreaterThan(0);
      expectSums(lines, result);
      const seen = new Set<number>();
      for (const { type, interval, adds } of lines) {
        if (type !== "snapshot") continue;
        expect(adds === true).toBe(seen.has(interval));
        seen.add(interval);
      }
      expect(lines.some(({ adds }) => adds)).toBe(true);
      expect(lines.at(-1)).toMatchObject({ type: "end", outcome: "lost" });
    },
    LIMIT_MS,
  );

  test(
    "a run that is killed leaves every finished second, and no end",
    async () => {
      folder.write("r.jsonl", "of a run before\n".repeat(9000));
      const child = start(...ENDLESS, ...OUTPUTS);
      await until(() => linesSoFar().length >= 3 && linesSoFar().length < 1000);
      child.process.kill("SIGKILL");
      await child.ended;
      const lines = linesSoFar().map((line): Line => JSON.parse(line));
      expect(lines[0].type).toBe("run");
      const intervals = lines.slice(1).map(({ interval }) => interval);
      expect(intervals).toEqual(intervals.map((_, at) => at));
      expect(lines.slice(1).every(({ type }) => type === "snapshot")).toBe(true);
      expect(existsSync(join(folder.path, "r.json"))).toBe(true);
    },
    LIMIT_MS,
  );
});

describe("what fails within the run is said at its end; the other outputs are written", () => {
  const BRIEF = ["--rate", "200", "--duration", "1100ms", "--workers", "1"];

  test(
    "a full disk",
    async () => {
      const said = await start(...BRIEF, ...OUTPUTS, "--output", "jsonl=/dev/full").ended;
      expect(said.err).toBe("nightjar: /dev/full: the disk is full\n");
      expect(said.code).toBe(1);
      expectSums(linesIn(folder.read("r.jsonl")), resultIn(folder.read("r.json")));
    },
    LIMIT_MS,
  );

  test(
    "a reader that goes; the run goes on",
    async () => {
      Bun.spawnSync(["mkfifo", "p"], { cwd: folder.path });
      const reader = Bun.spawn(["head", "-n", "1", "p"], { cwd: folder.path, stdout: "pipe" });
      const child = start(...ENDLESS, ...OUTPUTS, "--output", "jsonl=p");
      expect(await new Response(reader.stdout).text()).toStartWith('{"schema":"nightjar.snapshots');
      await reader.exited;
      const before = linesSoFar().length;
      await until(() => linesSoFar().length > before + 1);
      child.process.kill("SIGINT");
      const { code, err } = await child.ended;
      expect(err).toEndWith("nightjar: p: its reader has gone\n");
      expect(code).toBe(1);
      expectSums(linesIn(folder.read("r.jsonl")), resultIn(folder.read("r.json")));
    },
    LIMIT_MS,
  );

  test(
    "a file that is removed",
    async () => {
      const child = start(...ENDLESS, ...OUTPUTS);
      await until(() => linesSoFar().length >= 1);
      rmSync(join(folder.path, "r.jsonl"));
      child.process.kill("SIGINT");
      const { code, err } = await child.ended;
      expect(err).toEndWith("\nnightjar: r.jsonl: there is no such file\n");
      expect(code).toBe(1);
      resultIn(folder.read("r.json"));
    },
    LIMIT_MS,
  );
});

test(
  "on standard output, into a reader that goes",
  async () => {
    const nightjar = new URL("../../nightjar", import.meta.url).pathname;
    const load = "--rate 100 --duration 1100ms --quiet";
    const run = `${nightjar} run ${origin.url}/ ${load} --output jsonl`;
    const script = `${run} | head -n 1 | cut -c 1-34; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = Bun.spawnSync(["bash", "-c", script], { cwd: folder.path });
    expect(stderr.toString()).toBe("");
    expect(stdout.toString()).toMatch(/^\{"schema":"nightjar.snapshots\/v1",\n(0|98)\n$/);
  },
  LIMIT_MS,
);

test("nothing is written before the run: a run that is refused leaves what was there", async () => {
  folder.write("r.jsonl", "before\n");
  const refused = await cli(["run", "http://nobody.invalid/", ...OUTPUTS], { cwd: folder.path });
  expect(refused.code).toBe(1);
  expect(folder.read("r.jsonl")).toBe("before\n");
});
