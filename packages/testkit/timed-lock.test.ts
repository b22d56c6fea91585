import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProcess } from "./processes.ts";
import { TimedLockBusy, withTimedLock } from "./timed-lock.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nightjar-lock-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const lockFile = (name: string) => ({ file: join(folder, name), waitLimitMs: 20_000 });

test("two in one process run one after the other", async () => {
  const lock = lockFile("two");
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} in`);
    await Bun.sleep(50);
    events.push(`${name} out`);
  };
  await Promise.all([withTimedLock(work("a"), lock), withTimedLock(work("b"), lock)]);
  expect(events).toEqual(["a in", "a out", "b in", "b out"]);
});

test("one inside another does not wait for itself", async () => {
  const lock = lockFile("nested");
  expect(await withTimedLock(() => withTimedLock(() => 7, lock), lock)).toBe(7);
});

test("an error comes out, and the lock is free again", async () => {
  const lock = lockFile("error");
  const failing = withTimedLock(() => Promise.reject(new Error("inside")), lock);
  await expect(failing).rejects.toThrow("inside");
  expect(await withTimedLock(() => "free", lock)).toBe("free");
});

/** Another process that holds the lock, and a child of it that outlives it. */
async function holder(file: string) {
  const module = join(import.meta.dir, "timed-lock.ts");
  const program = `
    const { withTimedLock } = await import(${JSON.stringify(module)});
    await withTimedLock(async () => {
      Bun.spawn(["sleep", "3"], { stdio: ["ignore", "ignore", "ignore"] });
      console.log("held");
      await Bun.sleep(600000);
    }, { file: ${JSON.stringify(file)} });`;
  return startProcess({
    name: "the holder",
    command: [process.execPath, "-e", program],
    ready: { line: /^held$/ },
  });
}

test("another process keeps us out; its death lets us in though its child lives on", async () => {
  const { file } = lockFile("process");
  const other = await holder(file);
  const refused = withTimedLock(() => "in", { file, waitLimitMs: 300 });
  await expect(refused).rejects.toBeInstanceOf(TimedLockBusy);
  process.kill(other.pid, "SIGKILL");
  await other.exited;
  expect(await withTimedLock(() => "in", { file, waitLimitMs: 1_000 })).toBe("in");
  await other.stop();
});
