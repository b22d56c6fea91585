/** Options that say what is told, and to whom. */
import type { OptionRow } from "./row.ts";

export const NO_COLOR_OPTION: OptionRow = {
  flag: "--no-color",
  group: "Output",
  kind: "flag",
  help: "no colours (also by NO_COLOR)",
  proof: "flags/output.test.ts",
};

export const OUTPUT_OPTION: OptionRow = {
  flag: "--output",
  value: "FORMAT[=FILE]",
  group: "Output",
  kind: "list",
  help:
    "human, html, markdown, junit, json, hlog, hgrm[:COLUMN], csv or jsonl (while the run goes " +
    "on), to a file or to standard output; repeatable",
  default: "human",
  example: "--output json=result.json",
  proof: "flags/output.test.ts",
};

export const OUTPUT_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--name",
    value: "TEXT",
    group: "Output",
    kind: "word",
    path: ["name"],
    help: "name of the run",
    default: "nightjar run",
    proof: "flags/output.test.ts",
  },
  {
    flag: "--label",
    value: "KEY=VALUE",
    group: "Output",
    kind: "label",
    path: ["labels"],
    help: "label of the run; repeatable",
    proof: "flags/output.test.ts",
  },
  OUTPUT_OPTION,
  {
    flag: "--quiet",
    group: "Output",
    kind: "flag",
    help: "no progress on standard error",
    proof: "flags/output.test.ts",
  },
  NO_COLOR_OPTION,
  {
    flag: "--yes",
    group: "Output",
    kind: "flag",
    help: "send more than 1,000/s to an address that is neither loopback nor private",
    proof: "flags/output.test.ts",
  },
];
