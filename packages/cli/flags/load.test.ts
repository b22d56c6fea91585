/** Options of the load, each by a real run that fails without it. */
import type { Result } from "@nightjar/core/result.ts";
import { LOAD_OPTIONS } from "../options/load.ts";
import { expectBoth, prove } from "./trial.ts";

const POISSON = ["--arrivals", "poisson"];
const lengthS = ({ durationS }: Result) => durationS;

prove(LOAD_OPTIONS, {
  "--model": () => {
    const isFast = ({ offered }: Result) => offered.ratePerS > 300;
    const only = ["--requests", "100"];
    return expectBoth(["--model", "closed"], isFast, [true, false], { load: only });
  },
  "--rate": () =>
    expectBoth(["--rate", "1000"], lengthS, [0.1, 1], { load: ["--requests", "100"] }),
  "--arrivals": () => expectBoth(POISSON, (result) => lengthS(result) === 0.2, [false, true]),
  "--connections": () => {
    const opened = ({ connections }: Result) => connections.opened;
    const where = { target: "/?delay=150ms" };
    return expectBoth(["--connections", "3"], opened, [3, 50], where);
  },
});
