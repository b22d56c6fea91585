/** Exit codes with their meaning, for `--help` and `docs/cli.md`. */
import { EXIT } from "@nightjar/core/errors.ts";

export const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  pass: "pass",
  operating: "operating error",
  usage: "bad usage or plan",
  inconclusive: "inconclusive",
  thresholdFailed: "threshold failed",
  interrupted: "interrupted",
};

/** In the order of the codes. */
export const EXIT_CODES = Object.entries(EXIT)
  .map(([name, code]) => ({ code, meaning: EXIT_MEANING[name as keyof typeof EXIT] }))
  .sort((a, b) => a.code - b.code);

export const EXIT_OF_OUTCOME = {
  pass: EXIT.pass,
  fail: EXIT.thresholdFailed,
  inconclusive: EXIT.inconclusive,
} as const;
