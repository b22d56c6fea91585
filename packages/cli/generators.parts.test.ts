/** Runs by several generators, side by side. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { sideBySideSchema } from "@nightjar/core/result/side-by-side.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { requirePart } from "@nightjar/testkit/parts.ts";
import { cli, makeFolder, startCli } from "./child-cli.ts";

const folder = makeFolder();
let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(async () => {
  await origin.stop();
  folder.remove();
});

const LOAD = ["--rate", "100", "--connections", "2", "--duration", "1s", "--quiet"];
const run = (args: readonly string[], env: Record<string, string> = {}) =>
  cli(["run", `${origin.url}/`, ...LOAD, ...args], { cwd: folder.path, env });

test("outputs of one Result", async () => {
  const fortio = { NIGHTJAR_FORTIO: requirePart("fortio") };
  const { code, err } = await run(["--generator", "nightjar,fortio", "--output", "csv"], fortio);
  expect([code, err]).toEqual([2, expect.stringContaining("csv is of one Result")]);
});

test("two generators run in the order of the seed, and stand side by side", async () => {
  const fortio = { NIGHTJAR_FORTIO: requirePart("fortio") };
  const two = ["--generator", "nightjar,fortio", "--cool-down", "100ms"];
  const written = ["--output", "json=both.json", "--output", "human"];
  const { code, out } = await run([...two, ...written], fortio);
  expect([0, 98]).toContain(code);
  const both = sideBySideSchema.parse(JSON.parse(folder.read("both.json")));
  expect(both.results.map(({ generator }) => generator.name)).toEqual(both.order);
  expect([...both.order].sort()).toEqual(["fortio", "nightjar"]);
  for (const { accounting } of both.results) {
    expect(accounting.due).toBe(100);
    expect(accounting.sent).toBe(accounting.completed + accounting.failed + accounting.censored);
  }
  expect(out).toMatch(/^service p50, ms/m);
  const lines = out.split("\n");
  const columnOfNames = lines.find((line) => line.includes("fortio") && !line.includes(":")) ?? "";
  const fortioAt = columnOfNames.trim().split(/\s+/).indexOf("fortio");
  const response = lines.find((line) => line.startsWith("response p50")) ?? "";
  expect(
    response
      .split(/\s{2,}/)
      .slice(1)
      [fortioAt].trim(),
  ).toBe("–");
});

test("both are one page, one table and a suite each", async () => {
  const fortio = { NIGHTJAR_FORTIO: requirePart("fortio") };
  const two = ["--generator", "nightjar,fortio", "--cool-down", "100ms"];
  const formats = ["html", "markdown", "junit"];
  const written = formats.flatMap((format) => ["--output", `${format}=both.${format}`]);
  const { code, out, err } = await run([...two, ...written], fortio);
  expect([code === 0 || code === 98, err]).toEqual([true, ""]);
  expect(out).toMatch(/^service p50, ms/m);
  const [page, table, suites] = formats.map((format) => folder.read(`both.${format}`));
  for (const kind of ["service", "response"]) {
    expect(page).toContain(`<figure id="spectra-${kind}">`);
    expect(table).toContain(`| ${kind} p50 |`);
  }
  for (const name of ["nightjar", "fortio"]) {
    expect(page).toMatch(new RegExp(`<h2 id="run-\\d-head">${name} `));
    expect(table).toMatch(new RegExp(`^<details><summary>${name} .*: `, "m"));
    expect(suites).toContain(`<testsuite name="nightjar run: ${name}"`);
  }
});

test("an output that cannot be written keeps no other from being", async () => {
  const fortio = { NIGHTJAR_FORTIO: requirePart("fortio") };
  const two = ["--generator", "nightjar,fortio", "--cool-down", "0s"];
  const full = ["--output", "json=/dev/full", "--output", "junit=after.xml"];
  const { code, err } = await run([...two, ...full], fortio);
  expect([code, err]).toEqual([1, expect.stringContaining("/dev/full")]);
  expect(folder.read("after.xml")).toContain("<testsuites");
});

test("Ctrl-C in the cool-down keeps what was measured", async () => {
  const env = { NIGHTJAR_FORTIO: requirePart("fortio") };
  const load = ["--rate", "100", "--connections", "2", "--duration", "500ms"];
  const two = ["--generator", "nightjar,fortio", "--cool-down", "1m", "--output", "json"];
  const child = startCli(["run", `${origin.url}/`, ...load, ...two], { cwd: folder.path, env });
  await child.untilNoted(/cool-down: 60 s/);
  child.process.kill("SIGINT");
  const { code, out } = await child.ended;
  expect(code).toBe(130);
  const { order, results, notRun, verdict } = sideBySideSchema.parse(JSON.parse(out));
  expect(results.map(({ generator }) => generator.name)).toEqual([order[0]]);
  expect(notRun).toEqual([order[1]]);
  expect(verdict.outcome).toBe("inconclusive");
  expect(results[0].accounting.due).toBe(50);
});
