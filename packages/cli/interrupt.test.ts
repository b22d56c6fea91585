/** Ctrl-C, SIGTERM and worse: what was measured is told and saved, and no process is left. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import {
  type ChildCli,
  childrenOf,
  type Folder,
  makeFolder,
  startCli,
  survivors,
} from "./child-cli.ts";

/** Far from the plan's end, which is after a minute. */
const ENDED_WITHIN_MS = 30_000;
/** At 1,000/s a worker says some 10 kB a second, and a pipe holds 64. */
const UNREAD_MS = 9000;

let origin: ChildOrigin;
let folder: Folder;
let unread: Promise<readonly number[]>;
beforeAll(async () => {
  origin = await startChildOrigin();
  unread = killUnread();
  unread.catch(() => {});
});
afterAll(async () => {
  await unread.catch(() => {});
  await origin.stop();
});
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

interface Running {
  readonly child: ChildCli;
  readonly workers: readonly number[];
}

/** A run of a minute that has sent something. */
async function startRun(
  behaviour: string,
  args: string[] = [],
  rate = 200,
  cwd = folder.path,
): Promise<Running> {
  const load = ["--rate", `${rate}`, "--duration", "1m", "--workers", "2", "--connections", "80"];
  const url = `${origin.url}/?${behaviour}`;
  const child = startCli(["run", url, ...load, "--output", "json=r.json", ...args], { cwd });
  await child.untilNoted(/of 60s/);
  const workers = childrenOf(child.process.pid);
  expect(workers).toHaveLength(2);
  return { child, workers };
}

/**
 * A parent that has long not read when it is killed; who is left of its workers. It stands still
 * while the other tests run.
 */
async function killUnread(): Promise<readonly number[]> {
  const own = makeFolder();
  try {
    const { child, workers } = await startRun("delay=exp:30ms", [], 1000, own.path);
    child.process.kill("SIGSTOP");
    await Bun.sleep(UNREAD_MS);
    child.process.kill("SIGKILL");
    await child.ended;
    return await survivors(workers);
  } finally {
    own.remove();
  }
}

function saved(): Result {
  return resultSchema.parse(JSON.parse(folder.read("r.json")));
}

function expectCutShort(result: Result, signal: string): void {
  expect(result.verdict.outcome).toBe("inconclusive");
  expect(result.verdict.reasons).toContain(`the run was cut short: ${signal}`);
  const { due, sent, dropped, unsent, unknown } = result.accounting;
  expect(due).toBe(sent + dropped + unsent + unknown);
}

describe("while load is sent", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s once: what is in flight is answered, the result told and saved",
    async (signal) => {
      const { child, workers } = await startRun("delay=300ms");
      child.process.kill(signal);
      const { code, out, err } = await child.ended;
      expect(code).toBe(130);
      expect(out).toMatch(/^INCONCLUSIVE/);
      expect(out).toContain(`the run was cut short: ${signal}`);
      expect(err).toContain(`${signal}: ending; once more to end at once`);
      const result = saved();
      expectCutShort(result, signal);
      expect(result.accounting.completed).toBe(result.accounting.sent);
      expect(result.accounting.unknown).toBe(0);
      expect(await survivors(workers)).toEqual([]);
    },
  );

  test("twice: at once, and what was measured is still told", async () => {
    const { child, workers } = await startRun("silence=100", ["--timeout", "1m", "--drain", "1m"]);
    child.process.kill("SIGINT");
    await child.untilNoted(/once more/);
    await Bun.sleep(300);
    expect(child.process.exitCode).toBeNull();
    const startMs = performance.now();
    child.process.kill("SIGINT");
    const { code } = await child.ended;
    expect(performance.now() - startMs).toBeLessThan(ENDED_WITHIN_MS);
    expect(code).toBe(130);
    const { accounting, ...result } = saved();
    expectCutShort({ accounting, ...result } as Result, "SIGINT");
    expect(accounting.unknown).toBe(0);
    // One for each connection, where it has come to it.
    expect(accounting.sent).toBeWithin(1, 81);
    expect(accounting.censored).toBe(accounting.sent);
    expect(await survivors(workers)).toEqual([]);
  });

  test("Ctrl-C reaches the whole group; a worker leaves the decision to its parent", async () => {
    const { child, workers } = await startRun("delay=5ms");
    for (const pid of [...workers, child.process.pid]) process.kill(pid, "SIGINT");
    const { code } = await child.ended;
    expect(code).toBe(130);
    expect(saved().children.map(({ end }) => end.outcome)).toEqual(["stopped", "stopped"]);
  });

  test("so does the SIGTERM of timeout(1)", async () => {
    const { child, workers } = await startRun("delay=5ms");
    for (const pid of [...workers, child.process.pid]) process.kill(pid, "SIGTERM");
    const { code } = await child.ended;
    expect(code).toBe(130);
    expect(saved().children.map(({ end }) => end.outcome)).toEqual(["stopped", "stopped"]);
  });

  test("workers that are stuck are killed after a while, and the rest is told", async () => {
    const { child, workers } = await startRun("delay=5ms");
    process.kill(workers[0], "SIGSTOP");
    child.process.kill("SIGINT");
    await child.untilNoted(/once more/);
    await Bun.sleep(300);
    child.process.kill("SIGINT");
    const { code, out } = await child.ended;
    expect(code).toBe(130);
    expect(out).toContain("was lost");
    expect(await survivors(workers)).toEqual([]);
  });

  test("kill -9: the workers end by themselves", async () => {
    const { child, workers } = await startRun("delay=5ms");
    child.process.kill("SIGKILL");
    await child.ended;
    expect(await survivors(workers)).toEqual([]);
  });

  test("a killed worker is a loss that is told at once, and the verdict names it", async () => {
    const { child, workers } = await startRun("delay=5ms");
    process.kill(workers[0], "SIGKILL");
    await child.untilNoted(/^worker \d was lost: its process \d+ was killed by SIGKILL;/m);
    child.process.kill("SIGINT");
    const { code, out } = await child.ended;
    expect(code).toBe(130);
    expect(out).toMatch(/worker \d was lost: its process \d+ was killed by\s+SIGKILL/);
  });
});

describe("before load is sent", () => {
  test("at any moment: exit code 130, nothing is left", async () => {
    for (const delayMs of [60, 80, 100, 120, 140, 170, 200, 250]) {
      // What one moment has left is not for the next: a busy machine is slower each time.
      rmSync(join(folder.path, "r.json"), { force: true });
      const args = ["run", `${origin.url}/`, "--duration", "1m", "--output", "json=r.json"];
      const child = startCli(args, { cwd: folder.path });
      await Bun.sleep(delayMs);
      const workers = childrenOf(child.process.pid);
      child.process.kill("SIGINT");
      const { code, out, err } = await child.ended;
      // Before its first line has run, a signal does what it does to any process.
      if (child.process.signalCode !== "SIGINT") expect(code).toBe(130);
      expect(err).not.toContain("fault of Nightjar");
      if (err.includes("before any load was sent")) {
        expect(out).toBe("");
        expect(readdirSync(folder.path)).toEqual([]);
      } else if (out !== "") expectCutShort(saved(), "SIGINT");
      expect(await survivors(workers)).toEqual([]);
    }
  });
});

test("kill -9 of a parent that has long not read: the pipe is full, and they end", async () => {
  expect(await unread).toEqual([]);
}, 120_000);
