/** `nightjar explain`: of real runs, and of files that are no Result. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { cli, type Folder, makeFolder, undisturbed } from "./child-cli.ts";

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

const LIMIT_MS = 120_000;
const QUIET = ["--workers", "1", "--quiet", "--output", "json=r.json"];

/** What is said of a run, in one line, and whether the machine was disturbed all the time. */
interface Explained {
  readonly text: string;
  readonly isDisturbed: boolean;
}

async function explained(url: string, ...load: string[]): Promise<Explained> {
  await undisturbed(() => cli(["run", url, ...load, ...QUIET], { cwd: folder.path }));
  const { code, out, err } = await cli(["explain", "r.json"], { cwd: folder.path });
  expect([code, err]).toEqual([0, ""]);
  const { verdict, generator }: Result = JSON.parse(folder.read("r.json"));
  expect(out).toStartWith(`${verdict.outcome.toUpperCase()}  `);
  return { text: out.replace(/\s+/g, " "), isDisturbed: !generator.healthy };
}

/** Of a disturbed machine the explanation says so instead, and that comes first. */
function expectBeginning({ text, isDisturbed }: Explained, beginning: string): void {
  expect(text).toStartWith(isDisturbed ? "INCONCLUSIVE there is no judgement, for " : beginning);
}

describe("a real run", () => {
  test(
    "that passes: what was promised and held, with n",
    async () => {
      const load = ["--rate", "1000", "--requests", "400", "--threshold", "p99 < 9s"];
      const said = await explained(`${origin.url}/`, ...load, "--threshold", "errors < 1%");
      const { text } = said;
      expectBeginning(said, "PASS all 2 thresholds hold What was promised, and held ✓ p99 < 9s");
      expect(text).toMatch(/p99 of response is [\d.,]+ ms \(over 400 exchanges\), [\d.]+ % below/);
      expect(text).toMatch(/errors < 1% (would hold|holds): 0 % of 400 exchanges sent failed/);
      expect(text).toContain("400 exchanges became due within 400 ms (1,000/s): all were answered");
    },
    LIMIT_MS,
  );

  test(
    "whose thresholds fail, one by errors",
    async () => {
      const load = ["--rate", "500", "--requests", "200", "--connections", "100"];
      const promises = ["--threshold", "p90 < 5ms", "--threshold", "errors < 1%"];
      const url = `${origin.url}/?delay=30ms&status=503:20`;
      const said = await explained(url, ...load, ...promises);
      const { text } = said;
      expectBeginning(said, "FAIL 2 of 2 thresholds do not hold Why ✗ p90 < 5ms does not hold:");
      expect(text).toMatch(/p90 of response is [\d.,]+ ms \(over \d+ exchanges\), [\d.]+ times/);
      expect(text).toMatch(/errors < 1% (does not|would not) hold: [\d.]+ % of 200 exchanges sent/);
      expect(text).toMatch(/\d+ answers \([\d.]+ %\) had status 503, the first [\d.]+ m?s after/);
    },
    LIMIT_MS,
  );

  test(
    "of an overloaded target: what was dropped, and how many connections it would take",
    async () => {
      const load = ["--rate", "500", "--duration", "600ms", "--connections", "2"];
      const bounds = ["--max-backlog", "10", "--drain", "0s", "--threshold", "p50 < 20ms"];
      const said = await explained(`${origin.url}/?delay=20ms`, ...load, ...bounds);
      const { text } = said;
      expectBeginning(said, "FAIL the threshold does not hold Why ✗ p50 < 20ms does not hold:");
      expect(text).toMatch(/p50 of response is more than [\d.,]+ ms, for \d+ of 300 exchanges got/);
      expect(text).toMatch(/\d+ exchanges were dropped, since the backlog was full/);
      expect(text).toMatch(/About [\d.]+ % of the exchanges found all connections busy when they/);
      expect(text).toMatch(
        /500\/s of [\d.,]+ ms each .* would keep \d+ connections busy; there were 2/,
      );
    },
    LIMIT_MS,
  );

  test(
    "that nobody answers: the refusals, with what they were",
    async () => {
      const load = ["--rate", "200", "--requests", "40", "--threshold", "p90 < 1ms"];
      const run = ["run", "http://127.0.0.1:1/", ...load, ...QUIET];
      expect((await cli(run, { cwd: folder.path })).code).toBe(98);
      const { out } = await cli(["explain", "r.json"], { cwd: folder.path });
      const text = out.replace(/\s+/g, " ");
      expect(text).toStartWith("INCONCLUSIVE there is no judgement, for ");
      expect(text).toContain("✗ No exchange was answered, of 40 that were due.");
      expect(text).toMatch(
        /40 exchanges were refused a connection \(connect-refused\); the first \d/,
      );
      expect(text).toContain(": 127.0.0.1:1 refused the connection. » Nobody listens there: ");
      expect(text).toContain("p90 < 1ms would not hold: ");
    },
    LIMIT_MS,
  );
});

describe("a file that is no Result is one clear error", () => {
  const SHAPE = "  a Result is what `--output json=FILE` writes\n";
  const SCHEMA = 'schema: allowed is "nightjar.result/v1", found';

  test.each([
    ["{", "not JSON: "],
    ["targets: []\n", "not JSON: "],
    ["", "not JSON: "],
    ["\u0000\uffff", "not JSON: "],
    ["[]", "the document: allowed is a Result (an object), found []"],
    ["{}", `${SCHEMA} nothing\n`],
    ['{"schema":"nightjar.result/v2"}', `${SCHEMA} "nightjar.result/v2", of a newer Nightjar\n`],
    [
      '{"schema":"nightjar.snapshots/v1"}',
      `${SCHEMA} "nightjar.snapshots/v1": it is what \`--output jsonl\` writes\n`,
    ],
    ['{"schema":"nightjar.result/v1"}', "id: allowed is string, found nothing\n"],
  ])("%j", async (text, what) => {
    folder.write("r.json", text);
    const { code, out, err } = await cli(["explain", "r.json"], { cwd: folder.path });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toStartWith(`nightjar: r.json: ${what}`);
    expect(err).toEndWith(SHAPE);
    expect(err.split("\n")).toHaveLength(3);
  });

  test("what is no text, what is not there, what is a folder", async () => {
    folder.write("binary", new Uint8Array([0xff, 0xfe, 0x80]));
    const said = async (path: string) => (await cli(["explain", path], { cwd: folder.path })).err;
    expect(await said("binary")).toStartWith("nightjar: binary: not JSON: it is no text in UTF-8");
    expect(await said("none")).toBe("nightjar: none: there is no such file\n");
    expect(await said(".")).toBe("nightjar: .: it is a folder\n");
  });

  test(
    "a Result whose histogram is broken",
    async () => {
      await cli(["run", `${origin.url}/`, "--rate", "100", "--requests", "5", ...QUIET], {
        cwd: folder.path,
      });
      const result: Result = JSON.parse(folder.read("r.json"));
      result.histograms.wait = "AAAA";
      folder.write("r.json", JSON.stringify(result));
      const { code, err } = await cli(["explain", "r.json"], { cwd: folder.path });
      expect(code).toBe(2);
      expect(err).toStartWith("nightjar: r.json: histograms.wait: ");
    },
    LIMIT_MS,
  );
});

test(
  "without a file, and colours on a terminal alone",
  async () => {
    const { code, err } = await cli(["explain"]);
    expect(code).toBe(2);
    expect(err).toStartWith("nightjar: missing required argument 'result'");
    await cli(["run", `${origin.url}/`, "--rate", "100", "--requests", "5", ...QUIET], {
      cwd: folder.path,
    });
    const nightjar = new URL("../../nightjar", import.meta.url).pathname;
    const onTerminal = (flags: string) =>
      Bun.spawnSync(["script", "-qec", `${nightjar} explain r.json ${flags}`, "/dev/null"], {
        cwd: folder.path,
        stdin: "ignore",
      }).stdout.toString();
    expect(onTerminal("")).toContain("\u001b[");
    expect(onTerminal("--no-color")).not.toContain("\u001b[");
  },
  LIMIT_MS,
);
