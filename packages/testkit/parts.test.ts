import { afterEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  cachedBinary,
  findPart,
  MissingPart,
  type Part,
  partNames,
  partNamesFor,
  parts,
  requirePart,
} from "./parts.ts";

const cacheHome = process.env.XDG_CACHE_HOME;
const path = process.env.PATH;
const folders: string[] = [];

function emptyCache(): string {
  const folder = mkdtempSync(join(tmpdir(), "nightjar-parts-"));
  folders.push(folder);
  process.env.XDG_CACHE_HOME = folder;
  return join(folder, "nightjar", "parts");
}

afterEach(() => {
  if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cacheHome;
  process.env.PATH = path;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

test("what is fetched by version is pinned exactly", () => {
  for (const name of partNames) {
    const { source, version }: Part = parts[name];
    if (source.kind === "debian") expect([name, version]).toEqual([name, "any"]);
    else expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test("what only the bench needs is not fetched for tests", () => {
  const forTests = partNamesFor("tests");
  expect(forTests).toContain("fortio");
  expect(forTests).not.toContain("hey");
  expect(partNamesFor("bench")).toEqual(partNames);
});

test("who misses a part is told the command that fetches it", () => {
  expect(new MissingPart("fortio").message).toContain('"npm run parts"');
  expect(new MissingPart("hey").message).toContain('"npm run parts -- bench"');
});

test("a part outside the cache's reach is missing, by a name that the runner knows", () => {
  emptyCache();
  expect(findPart("envoy")).toBeUndefined();
  expect(() => requirePart("envoy")).toThrow(MissingPart);
  expect(new MissingPart("envoy").name).toBe("MissingPart");
});

test("a fetched part is found under its version, if it can be run", () => {
  const file = cachedBinary("envoy", parts.envoy, emptyCache());
  expect(file).toContain(join("envoy", parts.envoy.version, "envoy"));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "#!/bin/sh\n");
  expect(findPart("envoy")).toBeUndefined();
  chmodSync(file, 0o755);
  expect(requirePart("envoy")).toBe(file);
});

test("a package of npm is found by the command that it installs", () => {
  const file = cachedBinary("autocannon", parts.autocannon, emptyCache());
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "#!/usr/bin/env node\n", { mode: 0o755 });
  expect(requirePart("autocannon")).toBe(file);
  expect(file).toEndWith(join("node_modules", ".bin", "autocannon"));
});

test("a Debian part is found on the PATH", () => {
  const folder = emptyCache();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "wrk"), "#!/bin/sh\n", { mode: 0o755 });
  process.env.PATH = folder;
  expect(findPart("wrk")).toBe(join(folder, "wrk"));
});
