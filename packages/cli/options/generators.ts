/** Options of `nightjar generators`. */
import { NO_COLOR_OPTION } from "./output.ts";
import type { OptionRow } from "./row.ts";

export const JSON_OPTION: OptionRow = {
  flag: "--json",
  group: "Output",
  kind: "flag",
  help: "as a JSON document",
  proof: "generators.test.ts",
};

export const GENERATORS_OPTIONS: readonly OptionRow[] = [JSON_OPTION, NO_COLOR_OPTION];
