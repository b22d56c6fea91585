/** `nightjar generators`, and runs by several generators: what is refused, and what is listed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GENERATOR_NAMES } from "@nightjar/core/plan/generator-name.ts";
import { DRIVERS } from "@nightjar/generators/drivers.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { cli, makeFolder } from "./child-cli.ts";

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

const NAMES = ["nightjar", ...Object.keys(DRIVERS)];

test("every generator that a plan may name has its driver", () => {
  expect([...NAMES].sort()).toEqual([...GENERATOR_NAMES].sort());
});

describe("the list", () => {
  test("has every generator, as text", async () => {
    const { out } = await cli(["generators"]);
    for (const name of NAMES) expect(out).toMatch(new RegExp(`^${name}\\b`, "m"));
  });

  test.each(
    Object.entries({
      "--json": async () => {
        const listed = JSON.parse((await cli(["generators", "--json"])).out);
        const names = listed.map(
          (one: { capabilities: { name: string } }) => one.capabilities.name,
        );
        expect(names.sort()).toEqual([...NAMES].sort());
      },
    }),
  )("with %s", (_, proof) => proof());

  test("says where a program is, which version, and how to get it where it is not", async () => {
    const program = join(folder.path, "fortio");
    writeFileSync(program, "#!/bin/sh\necho 9.9.9\n");
    chmodSync(program, 0o755);
    const { out } = await cli(["generators"], { env: { NIGHTJAR_FORTIO: program, PATH: "" } });
    expect(out).toContain(`fortio 9.9.9  ${program}`);
    expect(out).toMatch(/vegeta {2}not on this machine/);
  });
});

describe("refused before anything is sent", () => {
  test.each([
    [
      ["--generator", "fortio", "--arrivals", "poisson"],
      "fortio has no poisson arrivals",
      "nightjar can",
    ],
    [["--generator", "wrk"], "--rate: wrk has no open loop", "nightjar"],
    [
      ["--generator", "fortio", "--header", "authorization: x"],
      '--header: "authorization": fortio cannot do a header that holds a secret',
      "leave authorization out; nightjar, vegeta can",
    ],
    [["--generator", "nightjar,fortio", "--probe"], "fortio cannot do a probe", "nightjar can"],
    [
      ["--generator", "fortio", "--threshold", "p99 < 1s"],
      "--threshold: fortio does not measure response",
      "name a column that it measures: service",
    ],
    [["--generator", "nightjar,nightjar"], '"nightjar" is given twice', "--generator"],
    [["--generator", "nightjar,"], "nothing between two commas", "--generator"],
    [["--cool-down", "1s"], "there is one generator", "--cool-down"],
    [
      ["--generator", "nightjar,fortio", "--cool-down", "soon"],
      'a duration up to 1h is wanted, found "soon"',
      "--cool-down",
    ],
  ])("%j", async (args, message, also) => {
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toContain(also);
  });

  test("a program that is not there", async () => {
    const { code, err } = await run(["--generator", "fortio"], { PATH: "" });
    expect([code, err]).toEqual([1, expect.stringMatching(/not on the PATH[\s\S]*go install/)]);
  });
});
