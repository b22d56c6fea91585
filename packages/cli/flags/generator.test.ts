/** Options of the generator, each by a real run that fails without it. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import type { Result } from "@nightjar/core/result/result.ts";
import { childrenOf, startCli } from "../child-cli.ts";
import { GENERATOR_OPTIONS } from "../options/generator.ts";
import { BASE, brief, expectBoth, measured, prove, servers } from "./trial.ts";

const lengthS = ({ durationS }: Result) => durationS;
const POISSON = ["--arrivals", "poisson"];
/** What a worker was told on its command line. */
async function workerArguments(...flag: string[]): Promise<string> {
  const child = startCli(["run", `${servers.origin.url}/`, "--duration", "1m", ...flag]);
  await child.untilNoted(/open loop/);
  const [pid] = childrenOf(child.process.pid);
  const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  child.process.kill("SIGINT");
  await child.ended;
  return line;
}

prove(GENERATOR_OPTIONS, {
  "--seed": async () => {
    const of = async (...seed: string[]) =>
      lengthS(await measured(`${servers.origin.url}/`, [...BASE, ...POISSON], seed));
    const [none, first, seventh] = [await of(), await of("--seed", "1"), await of("--seed", "7")];
    expect(first).toBe(none);
    expect(seventh).not.toBe(none);
  },
  "--probe": async () => {
    const load = ["--rate", "1000", "--requests", "1000", "--connections", "4"];
    const seen = ({ probe, connections }: Result) => [probe?.completed, connections.opened];
    await expectBoth(
      ["--probe"],
      seen,
      [
        [10, 5],
        [undefined, 4],
      ],
      { target: "/?delay=5ms", load },
    );
  },
  "--generator": async () => {
    const { code, err } = await brief("--generator", "fortoi");
    expect([code, err]).toEqual([2, expect.stringContaining('(did you mean "fortio"?)')]);
    const { generator } = await measured(`${servers.origin.url}/`, BASE, [
      "--generator",
      "nightjar",
    ]);
    expect(generator.name).toBe("nightjar");
  },
  "--cool-down": async () => {
    const { code, err } = await brief("--cool-down", "1s");
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("--cool-down: there is one generator"),
    ]);
  },
  "--generator-address": async () => {
    const { code, err } = await brief("--generator-address", "127.0.0.1:8443");
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("nighthawk alone is driven at an address"),
    ]);
  },
  "--workers": () => expectBoth(["--workers", "3"], ({ generator }) => generator.workers, [3, 1]),
  "--idle": async () => {
    expect(await workerArguments("--idle", "spin")).toEndWith("spin\0");
    expect(await workerArguments("--idle", "sleep")).toEndWith("sleep\0");
  },
});
