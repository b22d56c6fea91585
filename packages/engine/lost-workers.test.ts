/** Workers that die, stand still or are left behind: real processes, ended by their pids. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { realClock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import type { Ended, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { countDue } from "@nightjar/core/schedule/due-count.ts";
import { schedule } from "@nightjar/core/schedule/schedule.ts";
import { type Share, splitShare, wholeShare } from "@nightjar/core/schedule/share.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { isAlive } from "@nightjar/testkit/conformance.ts";
import { type FinishedRun, runOn, runPlan, workerCommand } from "@nightjar/testkit/runs.ts";
import { until } from "@nightjar/testkit/runs-here.ts";
import { startWorker } from "./worker-process.ts";

let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin("--log");
});
afterAll(() => origin.stop());

const WORKER = new URL("./worker-process.ts", import.meta.url).href;

function planOf(duration = "2500ms") {
  return {
    targets: [{ url: `${origin.url}/?delay=1ms` }],
    load: { rate: 200, connections: 150 },
    duration,
    numberHeader: "x-nightjar-number",
  };
}

async function numbersAtServer(): Promise<number[]> {
  const rows = await readOriginLog(origin.url);
  await fetch(`${origin.url}/.control/log`, { method: "DELETE" });
  return rows.map(({ number }) => number);
}

function killAt(ms: number, index: number) {
  return {
    ms,
    act: ({ pids }: { pids: readonly number[] }) => process.kill(pids[index], "SIGKILL"),
  };
}

function numbersOf({ plan }: FinishedRun, share: Share): number[] {
  const numbers: number[] = [];
  for (const at = schedule(plan, share); at.i >= 0; at.advance()) numbers.push(at.i);
  return numbers;
}

function endOf(events: readonly RunEvent[]): Ended {
  return events.at(-1) as Ended;
}

describe("a worker that is killed", () => {
  test("is lost, and the others go on; what it owed is unknown", async () => {
    const run = await runPlan(planOf(), { workers: 3, at: [killAt(1300, 1)] });
    const { result, plan } = run;
    const [, killed] = result.children;
    expect(result.children.map(({ end }) => end.outcome)).toEqual(["done", "lost", "done"]);
    expect(killed.end.reason).toContain(`process ${run.pids[1]} was killed by SIGKILL`);
    const heardNs = killed.intervals.received * 1e9;
    expect(killed.unknownFromS).toBe(killed.intervals.received);
    const { due, unknown } = result.accounting;
    expect(due).toBe(500);
    expect(unknown).toBe(countDue(plan, killed.share, heardNs, 2.5e9) as number);
    expect(unknown).toBeGreaterThan(0);
    expect(result.verdict.outcome).toBe("inconclusive");
    expect(result.verdict.reasons[0]).toContain("worker 1 was lost");
    expect(endOf(run.events)).toMatchObject({ outcome: "done", intervals: 3 });

    const seen = await numbersAtServer();
    expect(new Set(seen).size).toBe(seen.length);
    for (const { share } of [result.children[0], result.children[2]])
      for (const i of numbersOf(run, share)) expect(seen).toContain(i);
  }, 120_000);

  test("stops the others where the policy says so", async () => {
    const options = { workers: 2, lostChild: "fail", at: [killAt(1300, 0)] } as const;
    const run = await runPlan(planOf("60s"), options);
    const { result } = run;
    const ended = endOf(run.events);
    expect(ended.outcome).toBe("failed");
    expect(ended.reason).toContain("child 0 lost");
    expect(result.children.map(({ end }) => end.outcome)).toEqual(["lost", "stopped"]);
    expect(result.verdict.outcome).toBe("inconclusive");
    const [lost, survivor] = result.children;
    const untilNs = ended.untilNs as number;
    const heardNs = lost.intervals.received * 1e9;
    expect(result.accounting.unknown).toBe(countDue(run.plan, lost.share, heardNs, untilNs) ?? -1);
    const owned = countDue(run.plan, survivor.share, 0, untilNs) as number;
    const seen = await numbersAtServer();
    const survived = new Set(numbersOf(run, survivor.share));
    const sent = owned - result.accounting.unsent;
    expect(seen.filter((i) => survived.has(i))).toHaveLength(sent);
  }, 120_000);

  test("is lost before its first word as well", async () => {
    const run = await runPlan(planOf("1200ms"), { workers: 2, at: [killAt(300, 1)] });
    const [, killed] = run.result.children;
    expect(killed.end.outcome).toBe("lost");
    expect(run.result.accounting.due).toBe(240);
    expect(run.result.accounting.unknown).toBe(
      countDue(run.plan, killed.share, killed.intervals.received * 1e9, 1.2e9) as number,
    );
    await numbersAtServer();
  }, 120_000);

  test("alone ends the run as lost, whatever is around it", async () => {
    const worker = startWorker(workerCommand("sleep"));
    const options = { clock: realClock(monotonicNs), lostChild: "degrade" } as const;
    const nested = ensemble([ensemble([worker.generator], options)], options);
    const kill = { ms: 200, act: () => process.kill(worker.pid, "SIGKILL") };
    const { result, events } = await runOn(nested, planOf("1s"), { at: [kill] });
    expect(endOf(events).outcome).toBe("lost");
    const { due, unknown } = result.accounting;
    expect([due, unknown]).toEqual([200, 200]);
    expect(result.verdict.outcome).toBe("inconclusive");
    await worker.stop();
    await numbersAtServer();
  }, 120_000);

  test("while preparing refuses the run, and the others are gone", async () => {
    const workers = [0, 1].map(() => startWorker(workerCommand("sleep")));
    const options = { clock: realClock(monotonicNs), lostChild: "degrade" } as const;
    process.kill(workers[1].pid, "SIGKILL");
    const children = workers.map((worker) => worker.generator);
    const running = runOn(ensemble(children, options), planOf("1s"));
    expect(running).rejects.toMatchObject({ name: "NightjarError", code: "lost" });
    await running.catch(() => {});
    await Promise.all(workers.map((worker) => worker.stop()));
    for (const { pid } of workers) expect(isAlive(pid)).toBe(false);
    expect(await numbersAtServer()).toEqual([]);
  }, 120_000);
});

test("a worker that stands still is lost after the silence, and the others end", async () => {
  const workers = [0, 1].map(() => startWorker(workerCommand("sleep")));
  const options = {
    clock: realClock(monotonicNs),
    lostChild: "degrade",
    silenceNs: 5e9,
  } as const;
  const generator = ensemble(
    workers.map((worker) => worker.generator),
    options,
  );
  const freeze = { ms: 200, act: () => process.kill(workers[1].pid, "SIGSTOP") };
  const { result, events, plan } = await runOn(generator, planOf("1s"), { at: [freeze] });
  const [, frozen] = splitShare(wholeShare(plan.load.connections), [1, 1]);
  const ended = endOf(events);
  expect(ended.outcome).toBe("done");
  expect(ended.reason).toContain("silent for too long");
  expect(result.accounting.due).toBe(200);
  expect(result.accounting.unknown).toBe(countDue(plan, frozen, 0, 1e9) as number);
  await Promise.all(workers.map((worker) => worker.stop(100)));
  for (const { pid } of workers) expect(isAlive(pid)).toBe(false);
  await numbersAtServer();
}, 120_000);

test("workers that stand still together with their parent are not taken for lost", async () => {
  const workers = [0, 1].map(() => startWorker(workerCommand("sleep")));
  const generator = ensemble(
    workers.map((worker) => worker.generator),
    { clock: realClock(monotonicNs), lostChild: "degrade", silenceNs: 3e9 },
  );
  const signal = (name: "SIGSTOP" | "SIGCONT") => {
    for (const { pid } of workers) process.kill(pid, name);
  };
  const sleep = () => {
    signal("SIGSTOP");
    Bun.sleepSync(5000);
    signal("SIGCONT");
  };
  const { result, events } = await runOn(generator, planOf("6s"), {
    at: [{ ms: 300, act: sleep }],
  });
  expect(endOf(events).outcome).toBe("done");
  expect(result.accounting).toMatchObject({ due: 1200, unknown: 0 });
  await Promise.all(workers.map((worker) => worker.stop(100)));
  await numbersAtServer();
}, 120_000);

describe("a worker whose parent dies", () => {
  const parentScript = `
    import { startWorker } from ${JSON.stringify(WORKER)};
    import { runOn } from "@nightjar/testkit/runs.ts";
    const worker = startWorker(JSON.parse(process.argv[1]));
    runOn(worker.generator, JSON.parse(process.argv[2]), {
      onReady: () => console.log("pid " + worker.pid),
    });
  `;

  test("stops its load and ends", async () => {
    const argv = [JSON.stringify(workerCommand("sleep")), JSON.stringify(planOf("60s"))];
    const parent = Bun.spawn([process.execPath, "-e", parentScript, ...argv], {
      cwd: import.meta.dir,
      stdout: "pipe",
      stderr: "inherit",
    });
    const pid = await workerPid(parent.stdout);
    try {
      await until(async () => (await numbersNow()) > 20);
      parent.kill("SIGKILL");
      await parent.exited;
      await until(() => !isAlive(pid));
    } finally {
      parent.kill("SIGKILL");
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
    const before = await numbersNow();
    await Bun.sleep(100);
    expect(await numbersNow()).toBe(before);
  }, 120_000);

  async function numbersNow(): Promise<number> {
    return (await readOriginLog(origin.url)).length;
  }

  async function workerPid(stdout: ReadableStream<Uint8Array>): Promise<number> {
    let text = "";
    for await (const chunk of stdout) {
      text += new TextDecoder().decode(chunk);
      const pid = /pid (\d+)\n/.exec(text)?.[1];
      if (pid !== undefined) return Number(pid);
    }
    throw new Error(`the parent said "${text}"`);
  }
});
