/** Processes that are good workers, bad ones, or none at all. */
import { describe, expect, test } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { isAlive } from "@nightjar/testkit/conformance.ts";
import { runPlan, wholeOrder, workerCommand } from "@nightjar/testkit/runs.ts";
import { maySpin } from "./idle.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";

const plan = resolvePlan({ targets: [{ url: "http://127.0.0.1:1/" }] });

function script(text: string): WorkerProcess {
  return startWorker([process.execPath, "-e", text]);
}

async function refusalOf(worker: WorkerProcess): Promise<{ code: string; message: string }> {
  const { signal } = new AbortController();
  try {
    await worker.generator.prepare(wholeOrder(plan), signal);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("it got ready");
}

describe("what is no worker", () => {
  test("is lost with the last that it said", async () => {
    const worker = script("console.error('out of luck'); process.exitCode = 3");
    const { code, message } = await refusalOf(worker);
    expect(code).toBe("lost");
    expect(message).toContain(`process ${worker.pid} exited with code 3: out of luck`);
    await worker.stop();
  });

  test("is lost when it has gone before it was asked", async () => {
    const worker = script("");
    while (isAlive(worker.pid)) await Bun.sleep(5);
    await Bun.sleep(20);
    expect((await refusalOf(worker)).code).toBe("lost");
    await worker.stop();
  });

  test("is lost when it speaks another language, and is ended", async () => {
    const chatter = "console.log('hello '.repeat(100)); process.stdin.resume()";
    const worker = script(chatter);
    expect((await refusalOf(worker)).code).toBe("lost");
    await worker.stop();
    expect(isAlive(worker.pid)).toBe(false);
  });

  test("is killed when it does not go", async () => {
    const worker = script("setInterval(() => {}, 1000)");
    await worker.stop(100);
    expect(isAlive(worker.pid)).toBe(false);
  });
});

describe("a worker", () => {
  test("ends by itself when the pipe is closed", async () => {
    const worker = startWorker(workerCommand("sleep"));
    await worker.generator.prepare(wholeOrder(plan), new AbortController().signal);
    await worker.stop(60_000);
    expect(isAlive(worker.pid)).toBe(false);
  });

  test("lets its parent decide what Ctrl-C means", async () => {
    const origin = await startChildOrigin();
    const targets = [{ url: origin.url }];
    const load = { rate: 100, requests: 60, connections: 50 };
    const interrupt = ({ pids }: { pids: readonly number[] }) => {
      for (const pid of pids) process.kill(pid, "SIGINT");
    };
    const { result } = await runPlan(
      { targets, load },
      { workers: 2, at: [{ ms: 200, act: interrupt }] },
    );
    expect(result.accounting).toMatchObject({ due: 60, completed: 60 });
    expect(result.children.map(({ end }) => end.outcome)).toEqual(["done", "done"]);
    await origin.stop();
  });

  test("is handed files of many megabytes", async () => {
    const origin = await startChildOrigin();
    const body = new Uint8Array(8 * 1024 * 1024).fill(0x61);
    const targets = [{ url: origin.url, method: "POST", bodyFile: "body" }];
    const load = { model: "closed", requests: 6, connections: 3 } as const;
    const { result } = await runPlan(
      { targets, load, timeout: "20s" },
      { workers: 3, assets: { body } },
    );
    expect(result.accounting).toMatchObject({ due: 6, completed: 6 });
    expect(result.bytes.sent).toBeGreaterThan(6 * body.length);
    await origin.stop();
  });

  test.each(["spin", "sleep"] as const)(
    "that is told to %s sends all that is due",
    async (idle) => {
      const origin = await startChildOrigin("--log");
      const targets = [{ url: origin.url }];
      const arrivals = "poisson" as const;
      const load = { rate: 500, requests: 300, connections: 200, arrivals };
      const { result } = await runPlan({ targets, load }, { idle });
      expect(result.accounting).toMatchObject({ due: 300, completed: 300 });
      await origin.stop();
    },
  );
});

test("spinning is decided by the plan, or by the cores that are to spare", () => {
  expect([maySpin("spin", 1000), maySpin("sleep", 1)]).toEqual([true, false]);
  expect(maySpin("auto", 100_000)).toBe(false);
});
