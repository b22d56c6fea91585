/** Options that say how the load is generated. */
import { GENERATOR_NAMES } from "@nightjar/core/plan/generator-name.ts";
import type { OptionRow } from "./row.ts";

export const GENERATOR_OPTION: OptionRow = {
  flag: "--generator",
  value: "NAME[,NAME…]",
  group: "Generator",
  kind: "names",
  choices: GENERATOR_NAMES,
  path: ["generator"],
  help: "which program sends the load; several run in turn and stand side by side",
  default: "nightjar",
  example: "--generator nightjar,fortio",
  proof: "flags/generator.test.ts",
};

export const COOL_DOWN_OPTION: OptionRow = {
  flag: "--cool-down",
  value: "TIME",
  group: "Generator",
  kind: "word",
  help: "between two of several generators",
  default: "2s",
  proof: "flags/generator.test.ts",
};

export const GENERATOR_OPTIONS: readonly OptionRow[] = [
  GENERATOR_OPTION,
  COOL_DOWN_OPTION,
  {
    flag: "--generator-address",
    value: "HOST:PORT[,…]",
    group: "Generator",
    kind: "addresses",
    path: ["generatorAddresses"],
    help: "running services that the generator drives, started together (nighthawk)",
    example: "--generator-address a:8443,b:8443",
    proof: "flags/generator.test.ts",
  },
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
