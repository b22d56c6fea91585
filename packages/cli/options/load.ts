/** Options that say how fast, and over how many connections. */
import type { OptionRow } from "./row.ts";

export const LOAD_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--model",
    value: "MODEL",
    group: "Load",
    kind: "word",
    choices: ["open", "closed"],
    path: ["load", "model"],
    help: "open: due times do not wait for answers; closed: fixed concurrency",
    default: "open, or closed with --rate max",
    proof: "flags/load.test.ts",
  },
  {
    flag: "--rate",
    value: "RATE",
    group: "Load",
    kind: "rate",
    path: ["load", "rate"],
    help: "exchanges per second, total: 2000, 500/s, 30/m or max",
    default: "100",
    proof: "flags/load.test.ts",
  },
  {
    flag: "--arrivals",
    value: "PROCESS",
    group: "Load",
    kind: "word",
    choices: ["constant", "poisson"],
    path: ["load", "arrivals"],
    help: "gaps between due times: equal, or exponential",
    default: "constant",
    proof: "flags/load.test.ts",
  },
  {
    flag: "--connections",
    value: "N",
    group: "Load",
    kind: "autoCount",
    path: ["load", "connections"],
    help: "total, over all workers",
    default: "auto: 50 in the closed loop, else enough for answers of 100 ms, 16 to 1000",
    proof: "flags/load.test.ts",
  },
];
