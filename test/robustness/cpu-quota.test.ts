/** A control group that stops the generator: reported, and the run is not believed. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { childrenOf } from "@nightjar/cli/child-cli.ts";
import { resultSchema } from "@nightjar/core/result/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { until } from "@nightjar/testkit/runs-here.ts";
import { makeQuotaGroup } from "./quota-group.ts";

const NIGHTJAR = new URL("../../nightjar", import.meta.url).pathname;
/** Used up however busy the machine is. */
const LITTLE = 0.1;
const ENOUGH = 0.5;

/** Whether one may be made is known only once it has been. */
const probe = makeQuotaGroup(ENOUGH);
probe?.remove();
const may = probe !== undefined;

let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(() => origin.stop());

/** Of the worker that the process has started, once it has. */
function workerCommand(pid: number): string | undefined {
  return childrenOf(pid)
    .map(commandOf)
    .find((text) => /\bworker\b.* (spin|sleep) $/.test(text));
}

/** Empty when it has ended meanwhile. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Runs the CLI in a group of its own. */
async function runWithin(
  cores: number,
  args: readonly string[],
  look: (pid: number) => boolean = () => true,
) {
  const group = makeQuotaGroup(cores);
  if (group === undefined) throw new Error("the control group can no more be made");
  const output = ["--workers", "1", "--quiet", "--output", "json"];
  const command = group.inside([NIGHTJAR, "run", origin.url, ...args, ...output]);
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
  try {
    const out = new Response(child.stdout).text();
    await until(() => look(child.pid));
    return { code: await child.exited, result: resultSchema.parse(JSON.parse(await out)) };
  } finally {
    child.kill();
    await child.exited;
    await until(() => isRemoved(group));
  }
}

/** The kernel takes a moment to forget who was in it. */
function isRemoved({ remove }: { remove(): void }): boolean {
  try {
    remove();
    return true;
  } catch {
    return false;
  }
}

// Skipped where nobody may make control groups: there is no other way to have it for real.
test.skipIf(!may)(
  "a CPU quota that throttles: reported, unhealthy, inconclusive",
  async () => {
    const load = ["--model", "closed", "--rate", "max", "--duration", "1s"];
    const { code, result } = await runWithin(LITTLE, load);
    const { cpuQuota, throttled } = result.environment;
    expect(cpuQuota).toBe(LITTLE);
    expect(throttled?.periods).toBeGreaterThan(2);
    expect(result.generator.healthy).toBe(false);
    expect(result.generator.faults.join("\n")).toMatch(
      /the CPU quota of the control group stopped us for \d+ ms in all: raise it, or use --idle/,
    );
    expect(result.verdict.outcome).toBe("inconclusive");
    expect(code).toBe(98);
    const { due, completed, failed, censored, unsent } = result.accounting;
    expect(completed + failed + censored + unsent).toBe(due);
  },
  120_000,
);

// Skipped where nobody may make control groups: there is no other way to have it for real.
test.skipIf(!may)(
  "within a quota no worker spins of itself",
  async () => {
    const load = ["--rate", "100", "--requests", "20"];
    let command: string | undefined;
    const { result } = await runWithin(ENOUGH, load, (pid) => {
      command = workerCommand(pid);
      return command !== undefined;
    });
    expect(result.environment.cpuQuota).toBe(ENOUGH);
    expect(command).toEndWith(" sleep ");
  },
  120_000,
);
