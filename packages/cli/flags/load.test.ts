/** Options of the load, each by a real run that fails without it. */
import type { Result } from "@nightjar/core/result/result.ts";
import { LOAD_OPTIONS } from "../options/load.ts";
import { expectBoth, prove } from "./trial.ts";

const due = ({ accounting }: Result) => accounting.due;
const arrivals = (process: string) => ["--arrivals", process];
const lengthS = ({ durationS }: Result) => durationS;

prove(LOAD_OPTIONS, {
  "--model": () => {
    // What is due when its connection is free has waited for none.
    const hasWaited = ({ latencyMs }: Result) => latencyMs.wait.max !== 0;
    const where = { target: "/?delay=20ms", load: ["--requests", "50", "--connections", "1"] };
    return expectBoth(["--model", "closed"], hasWaited, [false, true], where);
  },
  "--rate": () =>
    expectBoth(["--rate", "1000"], lengthS, [0.1, 1], { load: ["--requests", "100"] }),
  "--stages": () => {
    const flag = ["--stages", "100ms:0..400,100ms:0,100ms:400/s,100ms:400..0"];
    const dues = ({ stages }: Result) => stages.map((stage) => stage.due);
    return expectBoth(flag, dues, [[20, 0, 40, 20], []], { load: ["--requests", "80"] });
  },
  "--arrivals": async () => {
    await expectBoth(arrivals("poisson"), (result) => lengthS(result) === 0.2, [false, true]);
    // Three of 2.5 are due before the end; of five at once all; shifted up to a gap, the third not.
    const load = ["--rate", "5", "--duration", "500ms"];
    await expectBoth(arrivals("burst:5"), due, [5, 3], { load });
    await expectBoth(arrivals("jitter:100%"), due, [2, 3], { load });
  },
  "--connections": () => {
    const opened = ({ connections }: Result) => connections.opened;
    const where = { target: "/?delay=150ms" };
    return expectBoth(["--connections", "3"], opened, [3, 50], where);
  },
});
