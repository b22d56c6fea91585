/** `nightjar convert`: files in and out, several documents, and what is refused. */
import { afterAll, describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { sample } from "@nightjar/formats/fixtures/sample-results.ts";
import { byGenerators } from "@nightjar/formats/fixtures/sample-several.ts";
import { jsonOf } from "@nightjar/formats/json/json.ts";
import { SMP_CONFIGS } from "@nightjar/formats/smp/fixtures/smp-configs.ts";
import { SMP_RESULTS } from "@nightjar/formats/smp/fixtures/smp-results.ts";
import { parse, parseAllDocuments, stringify } from "yaml";
import { cli, makeFolder, type Said } from "./child-cli.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

function convert(...args: string[]): Promise<Said> {
  return cli(["convert", ...args], { cwd: folder.path });
}

async function converted(...args: string[]): Promise<string> {
  const { code, out, err } = await convert(...args);
  expect([code, err.includes("nightjar:")]).toEqual([0, false]);
  return out;
}

async function refusal(...args: string[]): Promise<string> {
  const { code, out, err } = await convert(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).not.toMatch(/ {4}at |fault of Nightjar/);
  return err.slice(err.indexOf("nightjar: ") + "nightjar: ".length);
}

const SMP_TO_PLAN = ["--from", "smp", "--to", "plan"];
const PLAN_TO_SMP = ["--from", "plan", "--to", "smp"];

describe("SMP and plans", () => {
  test.each(Object.keys(SMP_CONFIGS))("%s, as YAML and as JSON, there and back", async (name) => {
    folder.write("smp.yaml", stringify(SMP_CONFIGS[name]));
    folder.write("smp.json", JSON.stringify(SMP_CONFIGS[name], null, "\t"));
    const plans = await converted("smp.yaml", ...SMP_TO_PLAN);
    expect(await converted("smp.json", ...SMP_TO_PLAN)).toBe(plans);
    folder.write("plans.yaml", plans);
    const back = await converted("plans.yaml", ...PLAN_TO_SMP);
    expect(back).toBe(await converted("smp.yaml", "--from", "smp", "--to", "smp"));
  });

  test("several clients are several documents, each a plan", async () => {
    folder.write("smp.yaml", stringify(SMP_CONFIGS.CURRENT));
    const plans = await converted("smp.yaml", ...SMP_TO_PLAN);
    const documents = parseAllDocuments(plans) as { toJS(): { load: object } }[];
    expect(documents.map((document) => document.toJS().load)).toEqual([
      { rate: 2000, connections: 64 },
      { rate: "max", connections: 8 },
    ]);
    for (const text of plans.split("---\n")) {
      folder.write("plan.yaml", text);
      const { code } = await cli(["plan", "check", "plan.yaml"], { cwd: folder.path });
      expect(code).toBe(0);
    }
    expect(await refusal("smp.yaml", ...SMP_TO_PLAN, "--syntax", "json")).toBe(
      "--syntax: JSON holds one document, and there are 2\n",
    );
  });

  test("what SMP does not say is listed, on standard error", async () => {
    folder.write("smp.yaml", stringify(SMP_CONFIGS.LEAST));
    const { err } = await convert("smp.yaml", ...SMP_TO_PLAN);
    expect(err).toStartWith("smp.yaml: not said, so Nightjar's defaults hold: name nightjar run, ");
    for (const fact of ["timeout 5s", "load.arrivals constant", "duration 10s", "generator night"])
      expect(err).toContain(fact);
  });

  test("words that YAML 1.1 takes for something else stand in quotes", async () => {
    const labels = { on: "yes", version: "1_000", at: "12:30:45", octal: "0o7", "<<": "=" };
    folder.write("smp.json", JSON.stringify({ ...SMP_CONFIGS.LEAST, labels }));
    const text = await converted("smp.json", "--from", "smp", "--to", "smp-classic");
    expect(parse(text).test.labels).toEqual(labels);
    expect(parse(text, { version: "1.1", merge: false }).test.labels).toEqual(labels);
  });
});

describe("results", () => {
  test("our own, into what is made of it", async () => {
    const result = sample("pass", deflateSync);
    folder.write("r.json", jsonOf(result));
    expect(await converted("r.json", "--from", "result", "--to", "result")).toBe(jsonOf(result));
    expect(await converted("r.json", "--from", "result", "--to", "csv")).toContain("at_s,");
    expect(await converted("r.json", "--from", "result", "--to", "hlog")).toStartWith("#");
    expect(await converted("r.json", "--from", "result", "--to", "hgrm")).toContain("Percentile");
  });
});

describe("SMP results", () => {
  test("of a run of ours come back with the same numbers", async () => {
    folder.write("r.json", jsonOf(sample("pass", deflateSync)));
    const smp = await converted("r.json", "--from", "result", "--to", "smp-result");
    expect(parse(smp)).toMatchObject({ smp_version: "v0.0.1", actual_qps: 4016.1 });
    folder.write("smp.yaml", smp);
    const text = await converted("smp.yaml", "--from", "smp-result", "--to", "result");
    folder.write("again.json", text);
    expect(await converted("again.json", "--from", "result", "--to", "smp-result")).toContain(
      "actual_qps: 4016.1",
    );
  });

  test("have no histogram and no seconds, so what is made of those is refused", async () => {
    folder.write("smp.yaml", stringify(SMP_RESULTS.MESSAGE));
    const said = (to: string) => refusal("smp.yaml", "--from", "smp-result", "--to", to);
    expect(await said("hlog")).toBe("--to: hlog: smp-result says no histogram, only percentiles\n");
    expect(await said("csv")).toBe("--to: csv: smp-result says nothing of single seconds\n");
  });
});

test("- is standard input", async () => {
  const nightjar = new URL("../../nightjar", import.meta.url).pathname;
  const { stdout } = Bun.spawnSync([nightjar, "convert", "-", ...SMP_TO_PLAN], {
    stdin: new TextEncoder().encode(JSON.stringify(SMP_CONFIGS.LEAST)),
  });
  expect(stdout.toString()).toContain("url: http://127.0.0.1:1\n");
});

describe("one clear error", () => {
  const URLS = 'endpoint_urls: ["http://a/"]';

  test.each([
    ["clients: 5\n", "smp.yaml:1:1: clients: a list is wanted, found 5"],
    [
      `test:\n  clients:\n    - ${URLS}\n      rsp: 5\n`,
      'smp.yaml:4:7: unknown key "rsp" in test.clients[0] (did you mean "rps"?)',
    ],
    [
      `clients:\n  - ${URLS}\nmesh: isto\n`,
      'smp.yaml:3:1: mesh: unknown mesh "isto" (did you mean "istio"?)',
    ],
    [
      `clients: [{ ${URLS}, load_generator: forto }]\n`,
      'load_generator: unknown load generator "forto" (did you mean "fortio"?)',
    ],
    [`clients: [{ ${URLS} }]\nduration: 60\n`, "smp.yaml:2:1: duration: a duration with its unit"],
    [`clients: [{ ${URLS} }]\nduration: 60x\n`, "smp.yaml:2:1: duration: not a duration"],
    [`clients: [{ ${URLS} }]\nsmp_version: v7.0.0\n`, "smp_version: unknown version of SMP"],
    ["clients: [{ endpoint_urls: [a] }]\n", 'endpoint_urls[0]: "a" is not an absolute URL'],
    ["test:\n", "smp.yaml:1:1: test: a map is wanted, found nothing"],
    ["latencies_ms: { max: 3 }\n", "smp.yaml: the document: this is an SMP result"],
    ["targets: []\n", "smp.yaml: the document: no SMP test configuration"],
    ["a: b: c\n", "smp.yaml:1:"],
    ["", "smp.yaml: a document of smp is wanted, found nothing\n"],
    ["\u0000\u0001", "smp.yaml: a document of smp is a text in UTF-8, and this file is not\n"],
  ])("%j", async (text, message) => {
    folder.write("smp.yaml", text);
    expect(await refusal("smp.yaml", ...SMP_TO_PLAN)).toContain(message);
  });

  test("what SMP cannot say is told by the key of the plan", async () => {
    folder.write("plan.yaml", 'targets: [{ url: "http://a/{{seq}}" }]\n');
    expect(await refusal("plan.yaml", ...PLAN_TO_SMP)).toBe(
      "--to: smp: targets[0].url: SMP has no templates\n",
    );
  });

  test("of files that are not there, and formats that do not go together", async () => {
    expect(await refusal("none", ...SMP_TO_PLAN)).toBe("none: there is no such file\n");
    const nowhere = ["--outfile", "none/plan.yaml"];
    folder.write("smp.yaml", stringify(SMP_CONFIGS.LEAST));
    expect(await refusal("smp.yaml", ...SMP_TO_PLAN, ...nowhere)).toBe(
      "--outfile: none/plan.yaml: its folder does not exist\n",
    );
    folder.write("three.json", jsonOf(byGenerators(deflateSync)));
    expect(await refusal("three.json", "--from", "side-by-side", "--to", "csv")).toBe(
      "--to: side-by-side holds a set of results, which is not written as csv\n" +
        "  allowed: side-by-side, html, markdown, junit\n",
    );
    expect(await refusal("smp.yaml", "--from", "smp", "--to", "csv")).toStartWith(
      "--to: smp holds a plan, which is not written as csv\n",
    );
    folder.write("r.json", "{}");
    expect(await refusal("r.json", "--from", "result", "--to", "csv")).toStartWith(
      'r.json: schema: allowed is "nightjar.result/v1"',
    );
  });
});
