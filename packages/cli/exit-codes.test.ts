/** Each exit code, by a run that ends with it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { noteNotMeasured } from "@nightjar/testkit/timed.ts";
import { cli, type Folder, type Judged, judged, makeFolder, startCli } from "./child-cli.ts";
import { EXIT_CODES } from "./exit-codes.ts";

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

const judgedShort = (...args: string[]) => judged(["run", `${origin.url}/`, ...SHORT, ...args]);

const seen = new Set<number>();
async function expectCode(code: number, run: Promise<Judged>): Promise<void> {
  const { code: found, disturbedBy } = await run;
  if (disturbedBy === undefined) expect(found).toBe(code);
  else noteNotMeasured(`exit code ${code}`, disturbedBy);
  seen.add(code);
}

test("0: a threshold that holds, and none at all", async () => {
  const holding = ["--threshold", "errors < 1%", "--threshold", "p50 < 1s"];
  await expectCode(0, judgedShort(...holding));
  await expectCode(0, judgedShort());
});

test("99: a threshold that fails, one of several too", async () => {
  const failing = ["--threshold", "errors < 1%", "--threshold", "status(2xx) == 0"];
  const run = judgedShort(...failing);
  await expectCode(99, run);
  const { out, disturbedBy } = await run;
  if (disturbedBy === undefined) expect(out).toMatch(/^FAIL {2}1 of 2 thresholds does not hold/);
});

test("98: too few samples, and no answer", async () => {
  await expectCode(98, short("--threshold", "p99.99 < 1s"));
  await expectCode(98, cli(["run", "http://127.0.0.1:1/", ...SHORT]));
});

test("1: a name without an address, and nothing of the run on standard output", async () => {
  const run = cli(["run", "http://nobody.invalid/", ...SHORT, "--output", "json=r.json"], {
    cwd: folder.path,
  });
  await expectCode(1, run);
  const { out, err } = await run;
  expect(out).toBe("");
  expect(err).toMatch(/^nightjar: the name "nobody.invalid" has no address \(\w+\)\n.*--resolve/);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("2: bad usage", () => expectCode(2, short("--rate", "5")));

test("130: interrupted", async () => {
  const child = startCli(["run", `${origin.url}/`, "--duration", "1m"]);
  await child.untilNoted(/open loop/);
  child.process.kill("SIGINT");
  await expectCode(130, child.ended);
});

test("those are all that there are", () => {
  expect([...seen].sort((a, b) => a - b)).toEqual(EXIT_CODES.map(({ code }) => code));
});
