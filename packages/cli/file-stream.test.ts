/** Files that are written bit by bit, and never waited for. */
import { afterAll, expect, test } from "bun:test";
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./child-cli.ts";
import { FileStream, MAX_WAITING_BYTES } from "./file-stream.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

function pipe(name: string): string {
  Bun.spawnSync(["mkfifo", name], { cwd: folder.path });
  return join(folder.path, name);
}

test("all of it, in order, in place of what was there", async () => {
  folder.write("a", "x".repeat(1_000_000));
  const path = join(folder.path, "a");
  const stream = new FileStream(path);
  const parts = Array.from({ length: 500 }, (_, at) => `${at} ${"é".repeat(at)}\n`);
  for (const [at, part] of parts.entries()) {
    stream.append(part);
    if (at % 50 === 0) await Bun.sleep(1);
  }
  await stream.end();
  expect(readFileSync(path, "utf8")).toBe(parts.join(""));
});

test("a pipe takes what was said before its reader came", async () => {
  const path = pipe("late");
  const stream = new FileStream(path);
  stream.append("first\n");
  await Bun.sleep(20);
  const reader = Bun.spawn(["cat", path], { stdout: "pipe" });
  stream.append("second\n");
  await stream.end();
  expect(await new Response(reader.stdout).text()).toBe("first\nsecond\n");
});

test("a reader that never comes costs a bounded memory, and is said", async () => {
  const path = pipe("never");
  const stream = new FileStream(path);
  const part = "x".repeat(2 ** 20);
  for (let bytes = 0; bytes <= MAX_WAITING_BYTES; bytes += part.length) stream.append(part);
  const fault = await stream.end().catch((error: Error) => error.message);
  // So that the thread that waits for a reader is free again.
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  expect(fault).toBe(`${path}: its reader is slow: 64 MB wait for it`);
  closeSync(reader);
});

test("what cannot be opened is said at the end", async () => {
  const stream = new FileStream(join(folder.path, "none", "a"));
  stream.append("text");
  await Bun.sleep(5);
  stream.append("text");
  await expect(stream.end()).rejects.toThrow("none/a: there is no such file");
});
