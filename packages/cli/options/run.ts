/**
 * The one table of the options of `run` and `plan check`: the parser, `--help` and `docs/cli.md`
 * are made from it. A plan option says where in the plan its value goes, so that flags and files
 * build the same Plan.
 */
import { CONDUCT_OPTIONS } from "./conduct.ts";
import { LOAD_OPTIONS } from "./load.ts";
import type { OptionRow } from "./row.ts";

export const RUN_OPTIONS: readonly OptionRow[] = [...LOAD_OPTIONS, ...CONDUCT_OPTIONS];

/** Those that concern the plan, and not the command alone. */
export const PLAN_OPTIONS: readonly OptionRow[] = RUN_OPTIONS.filter((row) => row.path);
