/** Options that say what must hold, each by a real run that fails without it. */
import { expect } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import { cli, undisturbed } from "../child-cli.ts";
import { JUDGEMENT_OPTIONS } from "../options/judgement.ts";
import { brief, expectBoth, measured, prove, servers } from "./trial.ts";

prove(JUDGEMENT_OPTIONS, {
  "--threshold": () => {
    const said = ({ thresholds }: Result) => thresholds.map(({ ok }) => ok);
    return expectBoth(["--threshold", "status(200) == 5"], said, [[false], []]);
  },
  "--stop-on": async () => {
    const load = ["--rate", "100", "--duration", "3s"];
    const flag = ["--stop-on", "errors > 10% for 1s"];
    const seen = ({ stopped, durationS }: Result) => [stopped?.condition, durationS < 2.5];
    const url = `${servers.origin.url}/?status=503:50`;
    expect(seen(await measured(url, load, flag))).toEqual(["errors > 10% for 1s", true]);
    expect(seen(await measured(url, load, []))).toEqual([undefined, false]);
    expect((await undisturbed(() => brief(...flag))).code).toBe(0);
    const args = ["run", url, ...load, ...flag, "--quiet"];
    expect((await undisturbed(() => cli(args))).code).toBe(99);
  },
});
