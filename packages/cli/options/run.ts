/**
 * The one table of the options of `run` and `plan check`: the parser, `--help` and `docs/cli.md`
 * are made from it, in this order: what is asked for most comes first. A plan option says where in
 * the plan its value goes, so that flags and files build the same Plan.
 */
import { CHECKS_OPTIONS } from "./checks.ts";
import { CONNECTIONS_OPTIONS } from "./connections.ts";
import { FLEET_OPTIONS } from "./fleet.ts";
import { GENERATOR_OPTIONS } from "./generator.ts";
import { JUDGEMENT_OPTIONS } from "./judgement.ts";
import { LIMITS_OPTIONS } from "./limits.ts";
import { LOAD_OPTIONS } from "./load.ts";
import { OUTPUT_OPTIONS } from "./output.ts";
import type { OptionRow } from "./row.ts";
import { TARGET_OPTIONS } from "./target.ts";
import { TLS_OPTIONS } from "./tls.ts";

export const RUN_OPTIONS: readonly OptionRow[] = [
  ...TARGET_OPTIONS,
  ...LOAD_OPTIONS,
  ...LIMITS_OPTIONS,
  ...CONNECTIONS_OPTIONS,
  ...TLS_OPTIONS,
  ...CHECKS_OPTIONS,
  ...JUDGEMENT_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...GENERATOR_OPTIONS,
  ...FLEET_OPTIONS,
];

/** Those that concern the plan, and not the command alone. */
export const PLAN_OPTIONS: readonly OptionRow[] = RUN_OPTIONS.filter((row) => row.path);
