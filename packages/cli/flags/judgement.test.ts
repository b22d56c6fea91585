/** Options that say what must hold, each by a real run that fails without it. */
import type { Result } from "@nightjar/core/result.ts";
import { JUDGEMENT_OPTIONS } from "../options/judgement.ts";
import { expectBoth, prove } from "./trial.ts";

prove(JUDGEMENT_OPTIONS, {
  "--threshold": () => {
    const said = ({ thresholds }: Result) => thresholds.map(({ ok }) => ok);
    return expectBoth(["--threshold", "status(200) == 5"], said, [[false], []]);
  },
});
