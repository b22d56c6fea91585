/** What a run says and where: formats, files, streams that fail, secrets. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { csvFromResult } from "@nightjar/formats/csv/result-csv.ts";
import { hgrmFromResult } from "@nightjar/formats/hgrm/result-hgrm.ts";
import { hlogFromResult } from "@nightjar/formats/hlog/result-hlog.ts";
import { htmlOf } from "@nightjar/formats/html/html.ts";
import { junitOf } from "@nightjar/formats/junit/junit.ts";
import { markdownOf } from "@nightjar/formats/markdown/markdown.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { childrenOf, cli, type Folder, makeFolder, startCli } from "./child-cli.ts";
import { FORMATS } from "./outputs.ts";
import { inflate } from "./zlib.ts";

const NIGHTJAR = new URL("../../nightjar", import.meta.url).pathname;

let origin: ChildOrigin;
let folder: Folder;
beforeAll(async () => {
  origin = await startChildOrigin();
});
afterAll(() => origin.stop());
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

/** Over in a fifth of a second. */
const SHORT = ["--rate", "500", "--requests", "100", "--workers", "1"];

function short(...args: string[]) {
  return cli(["run", `${origin.url}/`, ...SHORT, ...args], { cwd: folder.path });
}

/** A disturbed machine makes a verdict inconclusive, which is no matter of these tests. */
const REPORT = /^(PASS|INCONCLUSIVE) {2}/;

const BEGINNINGS: Readonly<Record<(typeof FORMATS)[number], RegExp>> = {
  human: REPORT,
  html: /^<!doctype html>\n<html lang="en">\n/,
  markdown:
    /^<!-- nightjar report: nightjar%20run -->\n\n### (✅ PASS|⚠️ INCONCLUSIVE): nightjar run/u,
  junit: /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="nightjar" tests="1" /,
  json: /^\{\n {2}"schema": "nightjar\.result\/v1",\n/,
  hlog: /^#nightjar run \(.*\n#Values in nanoseconds\n/,
  hgrm: /^ {7}Value {5}Percentile TotalCount 1\/\(1-Percentile\)\n\n/,
  csv: /^at_s,over_s,.*\r\n0,1,100,/,
  jsonl: /^\{"schema":"nightjar\.snapshots\/v1",/,
};

function resultIn(text: string): Result {
  return resultSchema.parse(JSON.parse(text));
}

/** With a shell between, as a person has it. `$NJ` is the run. */
async function shell(script: string): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, NJ: `${NIGHTJAR} run ${origin.url}/ ${SHORT.join(" ")}` };
  const child = Bun.spawn(["bash", "-c", script], {
    ...{ cwd: folder.path, env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, out, err };
}

describe("--output", () => {
  test("json alone on standard output, however much is noted beside it", async () => {
    const { out, err } = await short("--output", "json");
    expect(resultIn(out).accounting.completed).toBe(100);
    expect(err).toContain("open loop");
  });

  test("all at once: the report on standard output, the others in files, of one run", async () => {
    const names = ["json=r.json", "hlog=r.hlog", "csv=r.csv", "jsonl=r.jsonl", "human=r.txt"];
    const reports = ["html=r.html", "markdown=r.md", "junit=r.xml"];
    const columns = ["hgrm=r.hgrm", "hgrm:service=s=1.hgrm"];
    const outputs = [...names, ...reports, ...columns].flatMap((name) => ["--output", name]);
    const { out, err } = await short("--quiet", ...outputs);
    expect(out).toMatch(REPORT);
    expect(err).toBe("");
    const result = resultIn(folder.read("r.json"));
    expect(result.accounting.due).toBe(100);
    expect(folder.read("r.hlog")).toBe(hlogFromResult(result, { inflate }));
    expect(folder.read("r.csv")).toBe(csvFromResult(result));
    expect(folder.read("r.html")).toBe(htmlOf(result, { inflate }));
    expect(folder.read("r.md")).toBe(markdownOf(result));
    expect(folder.read("r.xml")).toBe(junitOf(result));
    expect(folder.read("r.hgrm")).toBe(hgrmFromResult(result, "response", { inflate }));
    expect(folder.read("s=1.hgrm")).toBe(hgrmFromResult(result, "service", { inflate }));
    expect(folder.read("r.jsonl").trimEnd().split("\n").at(-1)).toContain('"type":"end"');
    expect(folder.read("r.txt")).toContain(result.id);
  });

  test.each([...FORMATS])("%s on standard output, alone", async (format) => {
    const { out, err } = await short("--quiet", "--output", format);
    expect(err).toBe("");
    expect(out).toMatch(BEGINNINGS[format]);
  });

  test.each([
    ["cvs=r", 'unknown format "cvs" (did you mean "csv"?)', FORMATS.join(", ")],
    ["xml", 'unknown format "xml"', FORMATS.join(", ")],
    ["hgrm:servce", 'unknown column "servce" (did you mean "service"?)', "wait, connect, lag"],
    ["hgrm:=r", 'unknown column ""', "wait, connect, lag"],
    ["json:service=r", 'json has no columns to choose from, found "json:service"', ""],
    ["jsonl=", '"jsonl=" names no file', ""],
    ["jsonl=no/where", "no/where: its folder does not exist", ""],
  ])("%s is refused", async (output, what, allowed) => {
    const { code, out, err } = await short("--output", output);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toStartWith(`nightjar: --output: ${what}`);
    expect(err).toContain(allowed);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("the report in a file, of which nothing old is left; json on standard output", async () => {
    folder.write("r.txt", "x".repeat(100_000));
    const { out } = await short("--output", "human=r.txt", "--output", "json");
    resultIn(out);
    expect(folder.read("r.txt")).toMatch(REPORT);
    expect(folder.read("r.txt")).toEndWith("\n");
    expect(folder.read("r.txt")).not.toContain("xxx");
  });

  test("a name may hold =", async () => {
    await short("--output", "json=a=b.json");
    resultIn(folder.read("a=b.json"));
  });

  test("a full disk is one sentence; the report is printed all the same", async () => {
    const { code, out, err } = await short("--quiet", "--output", "json=/dev/full");
    expect(code).toBe(1);
    expect(out).toMatch(REPORT);
    expect(err).toBe("nightjar: /dev/full: the disk is full\n");
  });

  test("one that fails does not keep the next from being written", async () => {
    await short("--output", "json=/dev/full", "--output", "hlog=r.hlog");
    expect(folder.read("r.hlog")).toContain("#");
  });

  test("a pipe as the file is written once, when there is something", async () => {
    const said = await shell(
      "mkfifo p; cat p > copy & $NJ --quiet --output json=p; wait; cat copy",
    );
    expect(said.out).toContain('"schema": "nightjar.result/v1"');
  });
});

describe("streams that end early", () => {
  test.each(["head -n 1", "true"])("standard output into %s", async (reader) => {
    const { err, out } = await shell(`$NJ --quiet | ${reader}; echo "\${PIPESTATUS[0]}"`);
    expect(err).toBe("");
    expect(out.trim().split("\n").pop()).toMatch(/^(0|98)$/);
  });

  test("standard error that is closed", async () => {
    const { code, out } = await shell("$NJ 2>&-");
    expect([0, 98]).toContain(code);
    expect(out).toMatch(REPORT);
  });

  test("standard output on a full disk", async () => {
    const { code, err } = await shell("$NJ --quiet >/dev/full");
    expect(code).toBe(1);
    expect(err).toBe("nightjar: standard output: the disk is full\n");
  });

  test("help and a plan into head", async () => {
    const { err, out } = await shell(
      `${NIGHTJAR} run --help | head -n 1; ${NIGHTJAR} plan check ${origin.url}/ | head -n 1`,
    );
    expect(err).toBe("");
    expect(out).toMatch(/^nightjar run: send load .*\nname: nightjar run\n$/);
  });
});

describe("colour and quiet", () => {
  const ESCAPE = "\u001b[";
  const onTerminal = (before: string, after: string) =>
    shell(`script -qec "${before} $NJ --quiet ${after}" /dev/null < /dev/null`);

  test("colours on a terminal, and nowhere else", async () => {
    expect((await onTerminal("", "")).out).toContain(ESCAPE);
    expect((await short()).out).not.toContain(ESCAPE);
  });

  test("none with --no-color and with NO_COLOR", async () => {
    expect((await onTerminal("", "--no-color")).out).not.toContain(ESCAPE);
    expect((await onTerminal("NO_COLOR=1", "")).out).not.toContain(ESCAPE);
    expect((await onTerminal("NO_COLOR=", "")).out).toContain(ESCAPE);
  });

  test("--quiet keeps standard error empty, and the report where it is", async () => {
    const { out, err } = await short("--quiet");
    expect(err).toBe("");
    expect(out).toMatch(REPORT);
  });
});

describe("secrets", () => {
  const SECRET = "s3cr3t-value";
  const HEADERS = [
    "--header",
    `Authorization: Bearer ${SECRET}`,
    "--header",
    `X-Api-Key: ${SECRET}`,
  ];

  test("are in no output, whatever fails", async () => {
    const names = FORMATS.map((format) => `r.${format}`);
    const outputs = names.flatMap((name) => ["--output", `${name.slice(2)}=${name}`]);
    for (const url of [`${origin.url}/`, `${origin.url}/?reset=50`, "http://127.0.0.1:1/"]) {
      const run = cli(["run", url, ...SHORT, ...HEADERS, ...outputs], { cwd: folder.path });
      const { out, err } = await run;
      const all = names.map((name) => folder.read(name));
      expect([out, err, ...all].join("\n")).not.toContain(SECRET);
    }
    const { plan } = resultIn(folder.read("r.json")) as Result & { plan: { targets: object[] } };
    expect(plan.targets[0]).toMatchObject({ headers: { Authorization: "[redacted]" } });
    const { out } = await cli(["plan", "check", `${origin.url}/`, ...HEADERS]);
    expect(out).toContain("[redacted]");
    expect(out).not.toContain(SECRET);
  });

  test("are not in the arguments or surroundings of workers", async () => {
    const text = `targets:\n  - url: ${origin.url}/\n    headers: {Authorization: ${SECRET}}\n`;
    folder.write("plan.yaml", `${text}duration: 1m\n`);
    const child = startCli(["run", "plan.yaml"], { cwd: folder.path });
    await child.untilNoted(/open loop/);
    const [worker] = childrenOf(child.process.pid);
    const seen = ["cmdline", "environ"].map((name) =>
      readFileSync(`/proc/${worker}/${name}`, "utf8"),
    );
    child.process.kill("SIGINT");
    await child.ended;
    expect(seen[0]).toContain("worker");
    expect(seen.join("\n")).not.toContain(SECRET);
  });
});

test("./nightjar runs from any folder, and takes nothing from it", async () => {
  folder.write(".env", "NO_COLOR=1\n");
  folder.write("bunfig.toml", 'preload = ["./missing.ts"]\n');
  folder.write("p.yaml", `targets: [{url: "${origin.url}/"}]\nload: {requests: 5}\n`);
  const { out } = await shell(`${NIGHTJAR} run p.yaml --quiet --output json=r.json`);
  expect(out).toMatch(REPORT);
  expect(resultIn(folder.read("r.json")).accounting.due).toBe(5);
});
