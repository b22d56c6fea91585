/** Options that say what must hold, each by a real run that fails without it. */
import { expect } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import { noteNotMeasured } from "@nightjar/testkit/timed.ts";
import { judged } from "../child-cli.ts";
import { JUDGEMENT_OPTIONS } from "../options/judgement.ts";
import { BASE, expectBoth, measured, prove, servers } from "./trial.ts";

async function expectCode(expected: number, args: readonly string[]): Promise<void> {
  const { code, disturbedBy } = await judged(args);
  if (disturbedBy === undefined) expect(code).toBe(expected);
  else noteNotMeasured(`exit code ${expected} of --stop-on`, disturbedBy);
}

prove(JUDGEMENT_OPTIONS, {
  "--threshold": () => {
    const said = ({ thresholds }: Result) => thresholds.map(({ ok }) => ok);
    return expectBoth(["--threshold", "status(200) == 5"], said, [[false], []]);
  },
  "--stop-on": async () => {
    const load = ["--rate", "100", "--duration", "6s"];
    const flag = ["--stop-on", "errors > 10% for 1s"];
    const seen = ({ stopped, durationS }: Result) => [stopped?.condition, durationS < 6];
    const url = `${servers.origin.url}/?status=503:50`;
    expect(seen(await measured(url, load, flag))).toEqual(["errors > 10% for 1s", true]);
    expect(seen(await measured(url, load, []))).toEqual([undefined, false]);
    await expectCode(0, ["run", `${servers.origin.url}/`, ...BASE, ...flag]);
    await expectCode(99, ["run", url, ...load, ...flag, "--quiet"]);
  },
});
