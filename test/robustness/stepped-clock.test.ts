/** The wall clock jumps by an hour while a run goes on: no duration of the Result moves. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { cli, type Folder, makeFolder } from "@nightjar/cli/child-cli.ts";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";

const SOURCE = new URL("./stepped-clock.c", import.meta.url).pathname;
const HOUR_S = 3600;
/** What no delay of this machine explains, but a step would. */
const STEP_LIMIT_MS = 600_000;
const RATE = 100;
const DURATION_S = 3;

const compiler = process.platform === "linux" ? Bun.which("cc") : null;

let origin: ChildOrigin;
let folder: Folder;
beforeAll(async () => {
  origin = await startChildOrigin();
  folder = makeFolder();
});
afterAll(async () => {
  await origin.stop();
  folder.remove();
});

function makeShim(): string {
  const library = join(folder.path, "stepped-clock.so");
  const flags = ["-shared", "-fPIC", "-O2", "-o", library, SOURCE];
  const { exitCode, stderr } = Bun.spawnSync([compiler as string, ...flags]);
  if (exitCode !== 0) throw new Error(`cc: ${stderr}`);
  return library;
}

/** For a process whose wall clock steps `inS` seconds from now, or a part of one later. */
function stepping(library: string, stepS: number, inS: number): Record<string, string> {
  const atS = Math.ceil(monotonicNs() / 1e9 + inS);
  return { LD_PRELOAD: library, STEP_S: `${stepS}`, STEP_AT_S: `${atS}` };
}

async function wallClockOf(env: Readonly<Record<string, string>>): Promise<number> {
  const child = Bun.spawn([process.execPath, "-e", "console.log(Date.now())"], {
    stdout: "pipe",
    env: { ...process.env, ...env },
  });
  return Number(await new Response(child.stdout).text());
}

function expectUnmoved({ durationS, accounting, series, latencyMs, generator, errors }: Result) {
  expect(durationS).toBe(DURATION_S);
  const { due, completed, unsent } = accounting;
  expect([due, completed + unsent]).toEqual([RATE * DURATION_S, RATE * DURATION_S]);
  expect(completed).toBeGreaterThan(0);
  expect(errors).toEqual({});
  // A second more, or a few, where answers came late.
  expect(series.length).toBeLessThan(2 * DURATION_S + 5);
  for (const [index, { atS }] of series.entries()) expect(atS).toBe(index);
  for (const { min, max } of Object.values(latencyMs)) {
    if (min === null) continue;
    expect(min).toBeGreaterThanOrEqual(0);
    expect(max).toBeLessThan(STEP_LIMIT_MS);
  }
  expect(generator.faults.join()).not.toContain("stood still for 3");
}

// Skipped where no C compiler is there to build the library that steps the clock.
test.skipIf(compiler === null)(
  "clock stepped by an hour, forwards and back: durations do not move",
  async () => {
    const library = makeShim();
    const stepped = await wallClockOf(stepping(library, HOUR_S, -2));
    expect(Math.abs(stepped - Date.now() - HOUR_S * 1000)).toBeLessThan(STEP_LIMIT_MS);
    const load = ["--rate", `${RATE}`, "--duration", `${DURATION_S}s`, "--workers", "1"];
    const args = ["run", origin.url, ...load, "--quiet", "--output", "json"];
    const runs = await Promise.all(
      [HOUR_S, -HOUR_S].map((stepS) => cli(args, { env: stepping(library, stepS, 1) })),
    );
    for (const { out, err } of runs) {
      expect(err).toBe("");
      expectUnmoved(resultSchema.parse(JSON.parse(out)));
    }
  },
  120_000,
);
