/** Options that say what must hold. */
import type { OptionRow } from "./row.ts";

export const JUDGEMENT_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--threshold",
    value: "EXPR",
    group: "Judgement",
    kind: "list",
    path: ["thresholds"],
    help: "must hold, or the exit code is 99; repeatable",
    example: "--threshold 'p99 < 50ms' --threshold 'errors < 0.1%'",
    proof: "flags/judgement.test.ts",
  },
  {
    flag: "--stop-on",
    value: "CONDITION",
    group: "Judgement",
    kind: "list",
    path: ["stopOn"],
    help: "ends the run, which has failed, once this has held for so many seconds; repeatable",
    example: "--stop-on 'errors > 10% for 3s'",
    proof: "flags/judgement.test.ts",
  },
];
