/** A part is in the cache whole or not at all, however its fetch ends. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { intoCache } from "./part-fetch.ts";
import { cachedBinary, cachedFolder, type Part } from "./parts.ts";

const part: Part = {
  version: "1.2.3",
  source: { kind: "go", package: "example.org/tool" },
  binary: "tool",
};
const cacheHome = process.env.XDG_CACHE_HOME;
let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "nightjar-fetch-"));
  process.env.XDG_CACHE_HOME = cache;
});

afterEach(() => {
  if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cacheHome;
  rmSync(cache, { recursive: true });
});

const shelf = () => dirname(cachedFolder("tool", part));
const fill = (text: string) => async (folder: string) => writeFileSync(join(folder, "tool"), text);

test("what was filled is there under its version, and nothing else", async () => {
  await intoCache("tool", part, fill("whole"));
  expect(readFileSync(cachedBinary("tool", part), "utf8")).toBe("whole");
  expect(readdirSync(shelf())).toEqual(["1.2.3"]);
});

test("a fetch that fails leaves nothing", async () => {
  const failing = intoCache("tool", part, async (folder) => {
    writeFileSync(join(folder, "tool"), "half");
    throw new Error("the registry is gone");
  });
  await expect(failing).rejects.toThrow("the registry is gone");
  expect(readdirSync(shelf())).toEqual([]);
});

test("a folder without the program is replaced", async () => {
  mkdirSync(join(cachedFolder("tool", part), "half"), { recursive: true });
  await intoCache("tool", part, fill("whole"));
  expect(readdirSync(cachedFolder("tool", part))).toEqual(["tool"]);
});

test("a part that another fetch has brought meanwhile stays as it is", async () => {
  await intoCache("tool", part, async (folder) => {
    await intoCache("tool", part, fill("theirs"));
    await fill("ours")(folder);
  });
  expect(readFileSync(cachedBinary("tool", part), "utf8")).toBe("theirs");
  expect(readdirSync(shelf())).toEqual(["1.2.3"]);
});

test("what a killed fetch has left goes with the next, what a running one has stays", async () => {
  const [dead, running] = ["fetching-dead", "fetching-live"].map((name) => join(shelf(), name));
  for (const folder of [dead, running]) mkdirSync(folder, { recursive: true });
  utimesSync(dead, 0, 0);
  await intoCache("tool", part, fill("whole"));
  expect([existsSync(dead), existsSync(running)]).toEqual([false, true]);
});
