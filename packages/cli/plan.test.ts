/** Flags, YAML and JSON build the same Plan; and a resolved plan is itself a plan. */
import { afterAll, describe, expect, test } from "bun:test";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import fc from "fast-check";
import { stringify } from "yaml";
import { cli, makeFolder } from "./child-cli.ts";
import type { Flags } from "./plan-flags.ts";
import { readPlanInput } from "./plan-input.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

const URL_OF_NOBODY = "http://127.0.0.1:1/?q=1";
const BODY = folder.write("body.json", '{"a": 1}');
type Rest = Omit<PlanDocument, "targets">;
type TargetRest = Partial<PlanDocument["targets"][number]>;

const BODY_OF_SIZE = { bodySize: 12, headers: { "Content-Type": "a/b" } };

/** Flags behind the URL, and the same as a document. */
const TABLE: readonly (readonly [string[], Rest, TargetRest?])[] = [
  [[], {}],
  [["--rate", "2000"], { load: { rate: 2000 } }],
  [["--rate", "30/m", "--connections", "5"], { load: { rate: "30/m", connections: 5 } }],
  [["--rate", "0.5"], { load: { rate: 0.5 } }],
  [["--rate", "max", "--connections", "64"], { load: { rate: "max", connections: 64 } }],
  [["--model", "closed", "--duration", "1m30s"], { load: { model: "closed" }, duration: "1m30s" }],
  [
    ["--requests", "1000", "--arrivals", "poisson"],
    { load: { requests: 1000, arrivals: "poisson" } },
  ],
  [
    ["--stages", "10s:0..1000, 1m:1000,5s:30/m", "--arrivals", "jitter:10%"],
    {
      load: {
        stages: [
          { duration: "10s", rate: "0..1000" },
          { duration: "1m", rate: 1000 },
          { duration: "5s", rate: "30/m" },
        ],
        arrivals: "jitter:10%",
      },
    },
  ],
  [
    ["--max-backlog", "0", "--connections", "auto"],
    { load: { maxBacklog: 0, connections: "auto" } },
  ],
  [["--max-backlog", "auto"], { load: { maxBacklog: "auto" } }],
  [["--warmup", "10s", "--timeout", "2s"], { warmup: "10s", timeout: "2s" }],
  [["--connect-timeout", "500ms", "--drain", "0s"], { connectTimeout: "500ms", drain: "0s" }],
  [["--seed", "7", "--workers", "2", "--idle", "sleep"], { seed: 7, workers: 2, idle: "sleep" }],
  [["--workers", "auto"], { workers: "auto" }],
  [["--insecure", "--tls-min", "1.2"], { tls: { insecure: true, min: "1.2" } }],
  [["--number-header", "x-number"], { numberHeader: "x-number" }],
  [
    ["--threshold", "p99 < 1s", "--threshold", "errors < 1%"],
    { thresholds: ["p99 < 1s", "errors < 1%"] },
  ],
  [
    ["--name", "yes", "--label", "a=1", "--label", "b="],
    { name: "yes", labels: { a: "1", b: "" } },
  ],
  [["--method", "POST", "--body", "a: b\n#"], {}, { method: "POST", body: "a: b\n#" }],
  [["--body", `@${BODY}`], {}, { bodyFile: BODY }],
  [["--body-size", "12", "--content-type", "a/b"], {}, BODY_OF_SIZE],
  [["--user-agent", "me {{seq}}"], {}, { headers: { "User-Agent": "me {{seq}}" } }],
  [["--header", "X-A: 1:2", "--header", "x-b:"], {}, { headers: { "X-A": "1:2", "x-b": "" } }],
];

async function checked(...args: string[]): Promise<string> {
  const { code, out, err } = await cli(["plan", "check", ...args], { cwd: folder.path });
  expect([code, err]).toEqual([0, ""]);
  return out;
}

describe("flags, YAML and JSON build the same plan, which is itself a plan", () => {
  test.each(TABLE.map(([flags, rest, target = {}]) => ({ flags, rest, target })))(
    "%j",
    async ({ flags, rest, target }) => {
      const document = { targets: [{ url: URL_OF_NOBODY, ...target }], ...rest };
      folder.write("plan.yaml", stringify(document));
      folder.write("plan.json", JSON.stringify(document, null, "\t"));
      const byFlags = await checked(URL_OF_NOBODY, ...flags);
      expect(await checked("plan.yaml")).toBe(byFlags);
      expect(await checked("plan.json")).toBe(byFlags);
      folder.write("resolved.yaml", byFlags);
      expect(await checked("resolved.yaml")).toBe(byFlags);
    },
  );
});

describe("flags over a file", () => {
  const bodyFile = `${folder.path}/${BODY}`;
  const DOCUMENT = stringify({
    targets: [{ url: URL_OF_NOBODY, headers: { Accept: "*/*", "X-A": "file" }, bodyFile }],
    load: { rate: 5 },
    labels: { a: "file", b: "file" },
    thresholds: ["p99 < 1s"],
  });
  function over(flags: Flags): Plan {
    folder.write("plan.yaml", DOCUMENT);
    return readPlanInput(`${folder.path}/plan.yaml`, flags).plan;
  }

  test("win, and leave the rest", () => {
    const plan = over({ connections: "3" });
    expect(plan.load).toMatchObject({ rate: 5, connections: 3 });
  });

  test("of stages take the place of the rate and the duration, there and here", () => {
    const stages = [{ duration: "1s", rate: 7 }];
    const staged = over({ stages: "1s:7" });
    expect(staged).toMatchObject({ load: { rate: 7, stages }, duration: "1s" });
    folder.write("staged.yaml", stringify(staged));
    const read = (flags: Flags) => readPlanInput(`${folder.path}/staged.yaml`, flags).plan;
    expect(read({ stages: "2s:8..9" })).toMatchObject({ load: { rate: 9 }, duration: "2s" });
    expect(() => read({ rate: "8" })).toThrow("--rate: the stages say the rates");
    expect(() => read({ duration: "8s" })).toThrow("--duration: the stages last 1s together");
  });

  test("replace headers of the same name, in capitals or not, and labels", () => {
    const plan = over({ header: ["x-a: flag"], label: ["a=flag"] });
    expect(plan.targets[0].headers).toEqual({ Accept: "*/*", "x-a": "flag" });
    expect(plan.labels).toEqual({ a: "flag", b: "file" });
  });

  test("replace lists, and one body by another", () => {
    const plan = over({ threshold: ["errors < 1%"], body: "text" });
    expect(plan.thresholds).toEqual(["errors < 1%"]);
    expect(plan.targets[0]).toMatchObject({ body: "text" });
    expect(plan.targets[0].bodyFile).toBeUndefined();
  });
});

/** Two braces begin a template, unless they stand there twice. */
const literal = (text: string) => text.replaceAll("{{", "{{{{");

test("any text survives the resolved plan", async () => {
  const text = fc
    .string({ unit: "binary", minLength: 1, maxLength: 30 })
    .filter((s) => !/\p{Cc}/u.test(s));
  const value = fc.stringMatching(/^[\x20-\x7e]{0,30}$/);
  await fc.assert(
    fc.asyncProperty(text, text, value, text, async (name, label, header, body) => {
      const sent = { header: [`x-a: ${literal(header)}`], body: `.${literal(body)}` };
      const flags = { name, label: [`k=${label}`], ...sent };
      const { plan } = readPlanInput(URL_OF_NOBODY, flags);
      const file = `${folder.path}/${folder.write("p.yaml", stringify(plan, { lineWidth: 0 }))}`;
      expect(readPlanInput(file, {}).plan).toEqual(plan);
    }),
    { numRuns: 200 },
  );
});
