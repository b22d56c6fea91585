/**
 * What it costs to look at other generators closely, in CPU time, which a busy machine disturbs
 * little: fortio's log of each call, wrk's hook for each answer, and our own reading of either log.
 * `bun bench/drivers.ts`: some three minutes. Against one nginx on the same machine, in turn;
 * medians of five rounds.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import { DRIVERS } from "@nightjar/generators/drivers.ts";
import { startNginx } from "@nightjar/testkit/nginx.ts";
import { requirePart } from "@nightjar/testkit/parts.ts";
import { realInstallation } from "@nightjar/testkit/real-program.ts";
import { runOn } from "@nightjar/testkit/runs.ts";
import { withTimedLock } from "@nightjar/testkit/timed-lock.ts";

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 32;

interface Cost {
  readonly perS: number;
  /** User and system time of the program for each call, µs. */
  readonly cpuUs: number;
  readonly p50Ms: number;
}

const folder = mkdtempSync(join(tmpdir(), "nightjar-bench-"));
const say = (text: string) => process.stdout.write(`${text}\n`);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function run(command: readonly string[]): { readonly text: string; readonly cpuUs: number } {
  const { stdout, resourceUsage } = Bun.spawnSync([...command], { stderr: "ignore" });
  return { text: stdout.toString(), cpuUs: Number(resourceUsage.cpuTime.total) };
}

/** `qps` 0: as fast as it can. */
function fortio(url: string, qps: number, log: boolean): Cost {
  const path = join(folder, "access.log");
  rmSync(path, { force: true });
  const { text, cpuUs } = run([
    ...[requirePart("fortio"), "load", "-quiet", "-qps", String(qps), "-t", `${SECONDS}s`],
    ...["-c", String(CONNECTIONS), "-uniform", "-r", "0.00001", "-p", "50", "-json", "-"],
    ...(log ? ["-access-log-file", path] : []),
    url,
  ]);
  const { ActualQPS: perS, DurationHistogram: durations } = JSON.parse(text);
  const p50Ms = durations.Percentiles[0].Value * 1e3;
  return { perS, cpuUs: cpuUs / durations.Count, p50Ms };
}

function wrk(url: string, hook: boolean): Cost {
  const script = join(folder, "hook.lua");
  writeFileSync(script, "local n = {}\nfunction response(s) n[s] = (n[s] or 0) + 1 end\n");
  const flags = ["-t", "1", "-c", String(CONNECTIONS), "-d", `${SECONDS}s`, "--latency"];
  const { text, cpuUs } = run([requirePart("wrk"), ...flags, ...(hook ? ["-s", script] : []), url]);
  const count = Number(/(\d+) requests in/.exec(text)?.[1]);
  const [, amount, unit] = /50% +([\d.]+)(us|ms)/.exec(text) ?? [];
  const p50Ms = Number(amount) / (unit === "us" ? 1000 : 1);
  return { perS: count / SECONDS, cpuUs: cpuUs / count, p50Ms };
}

function sayCosts(what: string, costOf: (closely: boolean) => Cost): void {
  const rounds = Array.from({ length: ROUNDS }, () => [costOf(false), costOf(true)] as const);
  const both = [0, 1].map((at) => {
    const of = (pick: (cost: Cost) => number) => median(rounds.map((round) => pick(round[at])));
    const [perS, cpuUs, p50] = [of((c) => c.perS), of((c) => c.cpuUs), of((c) => c.p50Ms)];
    return `${perS.toFixed(0)}/s, ${cpuUs.toFixed(1)} µs a call, p50 ${p50.toFixed(3)} ms`;
  });
  say(`${what}: ${both.join("; closely ")}`);
}

/** CPU of this process, that reads what the program tells, for each call. */
async function sayReading(name: "fortio" | "vegeta", url: string, rate: number): Promise<void> {
  const load = { rate, connections: CONNECTIONS };
  const plan = resolvePlan({ targets: [{ url }], load, duration: `${SECONDS}s` });
  const generator = DRIVERS[name].generator(await realInstallation(name), plan);
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    await runOn(generator, plan);
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / (rate * SECONDS));
  }
  say(`our reading of ${name}, ${rate}/s: ${median(costs).toFixed(1)} µs a call`);
}

async function measure(url: string): Promise<void> {
  sayCosts("fortio, closed loop", (log) => fortio(url, 0, log));
  for (const rate of [1000, 5000, 10_000, 20_000]) {
    sayCosts(`fortio, ${rate}/s`, (log) => fortio(url, rate, log));
  }
  sayCosts("wrk, closed loop", (hook) => wrk(url, hook));
  for (const name of ["fortio", "vegeta"] as const) {
    for (const rate of [1000, 10_000]) await sayReading(name, url, rate);
  }
}

await withTimedLock(async () => {
  const nginx = await startNginx({ bodyBytes: 100 });
  try {
    await measure(nginx.url);
  } finally {
    await nginx.stop();
    rmSync(folder, { recursive: true });
  }
});
