/** The Result finds a full disk or no folder: said, with an exit code; the report is printed. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Folder, makeFolder, startCli } from "@nightjar/cli/child-cli.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { inNamespaces, mayUnshare, serverOn } from "./namespaces.ts";

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

const REPORT = /^(PASS|INCONCLUSIVE) {2}/;

// Skipped where nobody may make namespaces: there is no other way to have it for real.
test.skipIf(!mayUnshare())(
  "a small disk that fills up while the result is written: the disk is full",
  async () => {
    const load = "--rate 500 --requests 100 --workers 1 --quiet";
    const script = `
      ${serverOn("127.0.0.1:8080")}
      mount -t tmpfs -o size=16k tmpfs "$FOLDER" && cd "$FOLDER" && head -c 12k /dev/zero > ballast
      "$NIGHTJAR" run http://127.0.0.1:8080/ ${load} --output json=r.json`;
    const { code, out, err } = await inNamespaces(script, { FOLDER: folder.path });
    expect(err).toBe("nightjar: r.json: the disk is full\n");
    expect(code).toBe(1);
    expect(out).toMatch(REPORT);
  },
  120_000,
);

test("an output folder that is removed while the run goes on", async () => {
  const results = join(folder.path, "results");
  mkdirSync(results);
  const load = ["--rate", "100", "--duration", "1s", "--workers", "1"];
  const outputs = ["--output", "json=results/r.json", "--output", "hlog=r.hlog"];
  const child = startCli(["run", origin.url, ...load, ...outputs], { cwd: folder.path });
  await child.untilNoted(/open loop/);
  expect(existsSync(join(results, "r.json"))).toBe(true);
  rmSync(results, { recursive: true });
  const { code, out, err } = await child.ended;
  expect(err).toEndWith("\nnightjar: results/r.json: there is no such file\n");
  expect(code).toBe(1);
  expect(out).toMatch(REPORT);
  expect(folder.read("r.hlog")).toStartWith("#");
}, 120_000);
