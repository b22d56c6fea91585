/** Options of `nightjar build`. */
import type { OptionRow } from "./row.ts";

/** Those of Bun on which Nightjar may run. */
export const BUILD_TARGETS = [
  "bun-linux-x64",
  "bun-linux-x64-baseline",
  "bun-linux-x64-musl",
  "bun-linux-arm64",
  "bun-linux-arm64-musl",
  "bun-darwin-x64",
  "bun-darwin-arm64",
] as const;
export type BuildTarget = (typeof BUILD_TARGETS)[number];

export const BUILD_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--outfile",
    value: "FILE",
    group: "Output",
    kind: "word",
    help: "where to write it",
    default: "dist/nightjar in the checkout",
    proof: "build.test.ts",
  },
  {
    flag: "--target",
    value: "TARGET",
    group: "Output",
    kind: "word",
    choices: BUILD_TARGETS,
    help: "machine that it is for; another than this one needs a download of its Bun",
    default: "this machine",
    example: "--target bun-linux-arm64",
    proof: "build.test.ts",
  },
];
