/** Options that say how the load is generated. */
import type { OptionRow } from "./row.ts";

export const GENERATOR_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--seed",
    value: "N",
    group: "Generator",
    kind: "count",
    path: ["seed"],
    help: "of all random draws: the same seed gives the same schedule",
    default: "1",
    proof: "flags/generator.test.ts",
  },
  {
    flag: "--workers",
    value: "N",
    group: "Generator",
    kind: "autoCount",
    path: ["workers"],
    help: "worker processes",
    default: "auto: by rate, one core left for the rest",
    proof: "flags/generator.test.ts",
  },
  {
    flag: "--idle",
    value: "HOW",
    group: "Generator",
    kind: "word",
    choices: ["auto", "spin", "sleep"],
    path: ["idle"],
    help: "how a worker waits: spin is exact and burns a core, sleep is late by 0.1 to 1 ms",
    default: "auto: spin where cores are to spare and no CPU quota applies",
    proof: "flags/generator.test.ts",
  },
  {
    flag: "--probe",
    group: "Generator",
    kind: "flag",
    path: ["probe"],
    help: "a nearly idle worker with one connection and 1 % of the load stands beside the others",
    proof: "flags/generator.test.ts",
  },
];
