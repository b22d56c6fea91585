/**
 * Documents keep what they promise: made ones are as they would be made, examples run, names exist.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import {
  checksSchema,
  connectionSchema,
  tlsSchema,
} from "@nightjar/core/plan/connection-schema.ts";
import { loadSchema } from "@nightjar/core/plan/load-schema.ts";
import { planDocumentSchema } from "@nightjar/core/plan/plan-schema.ts";
import { targetSchema } from "@nightjar/core/plan/target-schema.ts";
import { samplesNeeded } from "@nightjar/core/record/percentile.ts";
import { PERCENTILES } from "@nightjar/core/result/result.ts";
import { SAMPLE_NAMES, sample } from "@nightjar/formats/fixtures/sample-results.ts";
import { hlogFromResult } from "@nightjar/formats/hlog/result-hlog.ts";
import { reportOf } from "@nightjar/formats/human/report.ts";
import { jsonOf } from "@nightjar/formats/json/json.ts";
import { VIEWS } from "@nightjar/formats/live/fixtures/live-views.ts";
import { liveBlock } from "@nightjar/formats/live/live-block.ts";
import type { LiveView } from "@nightjar/formats/live/live-view.ts";
import { SMP_CONFIGS } from "@nightjar/formats/smp/fixtures/smp-configs.ts";
import { SMP_RESULTS } from "@nightjar/formats/smp/fixtures/smp-results.ts";
import { cli, makeFolder } from "./child-cli.ts";
import { COMMANDS } from "./commands.ts";
import { expectDialled, expectServer, expectService } from "./document-servers.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { RUN_OPTIONS } from "./options/run.ts";
import { referenceFiles } from "./reference.ts";
import { wordsOf } from "./shell-words.ts";

const root = join(import.meta.dir, "../..");
const documentsIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const FOLDERS = [".", "docs", "docs/formats", "docs/decisions"];
const DOCUMENTS = FOLDERS.flatMap(documentsIn);

const folder = makeFolder();
afterAll(() => folder.remove());

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function fences(path: string): { language: string; text: string }[] {
  const found = read(path).matchAll(/^```(\w*)\n(.*?)^```$/gms);
  return [...found].map(([, language, text]) => ({ language, text }));
}

function blocks(path: string, language: string): string[] {
  return fences(path).flatMap((fence) => (fence.language === language ? [fence.text] : []));
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
  test.each(DOCUMENTS)(
    "%s",
    async (path) => {
      const plans = blocks(path, "yaml");
      for (const [at, text] of plans.entries()) {
        folder.write(at === 0 ? "plan.yaml" : "other.yaml", text);
        await expectPlan(at === 0 ? ["plan.yaml"] : ["other.yaml"]);
      }
      for (const block of blocks(path, "bash")) {
        if (plans.length === 0) folder.write("plan.yaml", blocks("README.md", "yaml")[0]);
        for (const line of linesOf(block)) await expectExample(line);
      }
      // Of some there are many.
    },
    300_000,
  );
});

test("what could be run is marked as bash or yaml, so that it is", () => {
  for (const path of DOCUMENTS) {
    for (const { language, text } of fences(path)) {
      if (language === "bash" || language === "yaml") continue;
      expect(["", "text", "ts"]).toContain(language);
      expect(`${path}: ${text}`).not.toMatch(/^\s*(\$ |\.\/nightjar |npm )/m);
    }
  }
});

async function expectPlan(args: string[]): Promise<void> {
  const { code, err } = await cli(["plan", "check", ...args], { cwd: folder.path });
  expect([args, err, code]).toEqual([args, "", 0]);
}

/**
 * A backslash at the end of a line joins it to the next; what a pipe or > does is the shell's, and
 * behind # stands a comment.
 */
function linesOf(block: string): string[] {
  const lines = block.replaceAll("\\\n", " ").split("\n");
  return lines
    .map((line) => line.replace(/ (\||>|#) .*$/, "").trim())
    .filter((line) => line !== "");
}

async function expectExample(line: string): Promise<void> {
  const [program, ...args] = wordsOf(line);
  if (program === "npm") return expectScript(args);
  // Another's, of which the command line is not ours to check.
  if (program === "nats-server") return;
  expect(program).toBe("./nightjar");
  const [command, ...rest] = args;
  if (["agent", "agents"].includes(command) || rest[0] === "collect")
    return expectDialled(args, folder);
  if (command === "run") return expectPlan(withoutCommandOptions(rest));
  if (command === "plan") return expectPlan(rest.slice(1));
  if (command === "testserver") return expectServer(rest, folder);
  if (command === "nighthawk-service") return expectService(rest, folder);
  if (command === "nighthawk-output-transform") return expectTransform(rest);
  if (command === "build") return expectBuild(rest);
  if (command === "completion") return expectCompletion(rest);
  if (command === "explain") return expectExplanation(rest);
  if (command === "convert") return expectConversion(rest);
  if (command === "generators") return expectList(args);
  expect(args).toEqual(["demo"]);
}

async function expectExplanation([file, ...rest]: string[]): Promise<void> {
  folder.write(file, jsonOf(sample("fail", deflateSync)));
  const { code, out } = await cli(["explain", file, ...rest], { cwd: folder.path });
  expect([code, out]).toEqual([0, expect.stringMatching(/^FAIL {2}/)]);
}

async function expectList(args: string[]): Promise<void> {
  const { code, err, out } = await cli(args, { cwd: folder.path });
  expect([args, err, code]).toEqual([args, "", 0]);
  expect(out).toContain("nightjar");
}

/** The file is a sample of what `--from` says; `--outfile` writes it for the next line. */
async function expectConversion(args: string[]): Promise<void> {
  const [from] = args.slice(args.indexOf("--from") + 1);
  const file = args.find((word) => /\.(ya?ml|json|txt|hlog)$/.test(word)) ?? "-";
  const samples: Readonly<Record<string, string>> = {
    smp: JSON.stringify(SMP_CONFIGS.CLASSIC),
    plan: blocks("README.md", "yaml")[0],
    result: jsonOf(sample("pass", deflateSync)),
    "smp-result": JSON.stringify(SMP_RESULTS.README),
    hlog: hlogFromResult(sample("pass", deflateSync), { inflate: inflateSync }),
    fortio: read("packages/formats/fortio/fixtures/errors.json.txt"),
    nighthawk: read("packages/formats/nighthawk/fixtures/output_formatter.json.gold"),
    vegeta: read("packages/formats/vegeta/fixtures/errors.json.txt"),
    wrk: read("packages/formats/wrk/fixtures/wrk2-both-spectra.txt"),
  };
  folder.write(file, samples[from]);
  const { code, err } = await cli(["convert", ...args], { cwd: folder.path });
  expect([args, err.includes("nightjar:"), code]).toEqual([args, false, 0]);
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

/** Its file is the shell's; without one, its input is empty. */
async function expectTransform(args: string[]): Promise<void> {
  const given = args.slice(0, args.indexOf("<"));
  const { code, err } = await cli(["nighthawk-output-transform", ...given]);
  expect([args, err, code]).toEqual([args, "Input error: Nighthawk Output: it is empty\n", 1]);
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

describe("docs/measurement.md", () => {
  const measurement = read("docs/measurement.md");

  test("explains each row of the report", () => {
    const explained = [...measurement.matchAll(/^\| (`.*?) \| /gm)].flatMap(([, names]) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    for (const name of SAMPLE_NAMES) {
      const result = sample(name, deflateSync);
      const text = reportOf(result, { columns: 80, color: false, inflate: inflateSync });
      const titles = [...text.matchAll(/^([a-z][a-z\d/, ]*?) {2,}\S/gm)].map(([, title]) => title);
      expect(titles.length).toBeGreaterThan(5);
      for (const title of titles) expect(explained).toContain(title);
    }
  });

  test("has an example whose numbers sum", () => {
    const rows = [...measurement.matchAll(/^\| \d+ ((?:\| [\d.]+ ){10})\|$/gm)];
    expect(rows).toHaveLength(2);
    for (const [, cells] of rows) {
      const tenths = cells.match(/[\d.]+/g)?.map((text) => Math.round(Number(text) * 10)) ?? [];
      const [due, free, sent, firstByte, done, wait, connect, lag, service, response] = tenths;
      expect([wait, lag, service]).toEqual([free - due, sent - connect - free, done - sent]);
      expect(response).toBe(done - due);
      expect(response).toBe(wait + connect + lag + service);
      expect(firstByte > sent && firstByte < done).toBe(true);
    }
  });
});

test("docs/terminal.md explains each row of the live block, and every phase", () => {
  const terminal = read("docs/terminal.md");
  for (const view of Object.values<LiveView>(VIEWS)) {
    for (const line of liveBlock(view, { columns: 80, rows: 24, color: false })) {
      expect(terminal).toContain(`\`${line.split(" ", 1)[0]}\``);
    }
  }
});
