/**
 * Documents keep what they promise: made ones are as they would be made, examples run, names exist.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checksSchema, connectionSchema, tlsSchema } from "@nightjar/core/connection-schema.ts";
import { loadSchema } from "@nightjar/core/load-schema.ts";
import { samplesNeeded } from "@nightjar/core/percentile.ts";
import { planDocumentSchema } from "@nightjar/core/plan-schema.ts";
import { PERCENTILES } from "@nightjar/core/result.ts";
import { targetSchema } from "@nightjar/core/target-schema.ts";
import { cli, makeFolder } from "./child-cli.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { keyOf } from "./options/row.ts";
import { RUN_OPTIONS } from "./options/run.ts";
import { referenceFiles } from "./reference.ts";
import { wordsOf } from "./shell-words.ts";

const root = join(import.meta.dir, "../..");
const documentsIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const DOCUMENTS = [...documentsIn("."), ...documentsIn("docs"), ...documentsIn("docs/formats")];

const folder = makeFolder();
afterAll(() => folder.remove());

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function blocks(path: string, language: string): string[] {
  const fences = read(path).matchAll(/^```(\w*)\n(.*?)^```$/gms);
  return [...fences].flatMap(([, name, text]) => (name === language ? [text] : []));
}

describe("a made document is as it would be made; else: npm run docs", () => {
  const made = referenceFiles();
  test.each(Object.keys(made))("%s", (path) => {
    expect(read(path)).toBe(made[path]);
  });
});

describe("each option is in the help and in docs/cli.md", () => {
  test.each(COMMANDS.map(({ name }) => name))("%s", async (name) => {
    const { code, out } = await cli([...name.split(" "), "--help"]);
    expect(code).toBe(0);
    const reference = read("docs/cli.md");
    for (const { flag } of COMMANDS.find((row) => row.name === name)?.options ?? []) {
      expect(out).toMatch(new RegExp(`^ +${flag}\\b`, "m"));
      expect(reference).toContain(`\`${flag}`);
    }
  });

  test("the commands are in the help, and no hidden one is", async () => {
    const { out } = await cli(["--help"]);
    for (const { name } of COMMANDS)
      expect(out).toMatch(new RegExp(`^ +${name.split(" ")[0]}\\b`, "m"));
    expect(out).not.toContain("worker");
  });
});

describe("the examples of", () => {
  test.each(DOCUMENTS)("%s", async (path) => {
    const plans = blocks(path, "yaml");
    for (const [at, text] of plans.entries()) {
      folder.write(at === 0 ? "plan.yaml" : "other.yaml", text);
      await expectPlan(at === 0 ? ["plan.yaml"] : ["other.yaml"]);
    }
    for (const block of blocks(path, "bash")) {
      if (plans.length === 0) folder.write("plan.yaml", blocks("README.md", "yaml")[0]);
      for (const line of linesOf(block)) await expectExample(line);
    }
  });
});

async function expectPlan(args: string[]): Promise<void> {
  const { code, err } = await cli(["plan", "check", ...args], { cwd: folder.path });
  expect([args, err, code]).toEqual([args, "", 0]);
}

/** A backslash at the end of a line joins it to the next; what a pipe or > does is the shell's. */
function linesOf(block: string): string[] {
  const lines = block.replaceAll("\\\n", " ").split("\n");
  return lines.map((line) => line.replace(/ (\||>) .*$/, "").trim()).filter((line) => line !== "");
}

async function expectExample(line: string): Promise<void> {
  const [program, ...args] = wordsOf(line);
  if (program === "npm") return expectScript(args);
  expect(program).toBe("./nightjar");
  const [command, ...rest] = args;
  if (command === "run") return expectPlan(withoutCommandOptions(rest));
  if (command === "plan") return expectPlan(rest.slice(1));
  if (command === "testserver") return expectServer(rest);
  if (command === "build") return expectBuild(rest);
  if (command === "completion") return expectCompletion(rest);
  expect(args).toEqual(["demo"]);
}

function expectScript(args: string[]): void {
  const { scripts } = JSON.parse(read("package.json"));
  expect(Object.keys(scripts)).toContain(args[0] === "run" ? args[1] : args[0]);
}

/** `plan check` takes all options of `run` that concern the plan. */
function withoutCommandOptions(args: string[]): string[] {
  const own = RUN_OPTIONS.filter((row) => !row.path);
  return args.filter((word, at) => {
    const isOption = own.some(({ flag }) => flag === word);
    const isValue = own.some(({ flag, value }) => value && flag === args[at - 1]);
    return !isOption && !isValue;
  });
}

/** On any free port, and until standard input ends, which is at once. */
async function expectServer(args: string[]): Promise<void> {
  const words = args.map((word, at) => (args[at - 1] === "--port" ? "0" : word));
  const { code, err, out } = await cli(["testserver", ...words, "--until-eof"], {
    cwd: folder.path,
  });
  expect([args, err, code]).toEqual([args, "", 0]);
  expect(out).toStartWith("testserver listening on ");
}

/** All but its last step: a file whose folder is not there is refused after everything else. */
async function expectBuild(args: string[]): Promise<void> {
  const given = args.filter((word, at) => word !== "--outfile" && args[at - 1] !== "--outfile");
  const { code, err } = await cli(["build", ...given, "--outfile", "none/nightjar"]);
  const refusal = "nightjar: --outfile: none/nightjar: its folder does not exist\n";
  expect([args, err, code]).toEqual([args, refusal, 2]);
}

async function expectCompletion(args: string[]): Promise<void> {
  const { code, out, err } = await cli(["completion", ...args]);
  expect([args, err, code]).toEqual([args, "", 0]);
  expect(out).toContain("nightjar");
}

test("links between documents lead somewhere", () => {
  for (const path of DOCUMENTS) {
    for (const [, target] of read(path).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      const isThere = existsSync(join(root, dirname(path), target));
      expect(`${path}: ${target} ${isThere}`).toBe(`${path}: ${target} true`);
    }
  }
});

test("docs/plan.md has each key of the schema, and no other", () => {
  const parts = [targetSchema, loadSchema, connectionSchema, checksSchema, tlsSchema];
  const keys = [planDocumentSchema, ...parts].flatMap((schema) => Object.keys(schema.shape));
  const named = [...read("docs/plan.md").matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(keys.sort());
});

test("the exit codes of README are those that there are", () => {
  const named = [...read("README.md").matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(named).toEqual(EXIT_CODES.map(({ code }) => code));
});

test("docs/measurement.md has the least n of each percentile", () => {
  const row = /^\| least n (.*)$/m.exec(read("docs/measurement.md"))?.[1] ?? "";
  const named = [...row.matchAll(/[\d,]+/g)].map(([n]) => Number(n.replace(",", "")));
  expect(named).toEqual(PERCENTILES.map((name) => samplesNeeded(Number(name))));
});

test("keys of options are distinct, as the parser needs", () => {
  for (const { options } of COMMANDS) {
    expect(new Set(options.map(keyOf)).size).toBe(options.length);
  }
});
