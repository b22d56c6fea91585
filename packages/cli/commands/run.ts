/** `nightjar run`: one plan, measured and judged; or by several generators, side by side. */
import { EXIT } from "@nightjar/core/errors.ts";
import { conduct } from "../conduct.ts";
import { recruit } from "../crew.ts";
import { EXIT_OF_OUTCOME } from "../exit-codes.ts";
import { LiveOutputs } from "../live-outputs.ts";
import { GENERATOR_OPTION } from "../options/generator.ts";
import { keyOf } from "../options/row.ts";
import { namesIn } from "../options/value.ts";
import { openOutputs, releaseOutputs, writeOutputs } from "../outputs.ts";
import type { Flags } from "../plan-flags.ts";
import { type PlanInput, readPlanInputs } from "../plan-input.ts";
import type { Terminal } from "../terminal.ts";
import { refuseCoolDown, runSideBySide } from "./side-by-side.ts";
import { refuseSeveral, runTogether } from "./together.ts";

/**
 * Returns the exit code. Throws `NightjarError` before any load is sent, or when an output cannot
 * be written.
 */
export async function run(source: string, flags: Flags, terminal: Terminal): Promise<number> {
  const inputs = readPlanInputs(source, flags);
  const [input, ...others] = inputs;
  if (flags.quiet !== true) for (const note of input.notes) terminal.note(note);
  const named = flags[keyOf(GENERATOR_OPTION)] as string | undefined;
  const names = named === undefined ? [] : namesIn(GENERATOR_OPTION, named);
  if (names.length > 1) refuseSeveral(inputs, GENERATOR_OPTION.flag);
  if (names.length > 1) return runSideBySide(names, input, { flags, terminal });
  refuseCoolDown(flags);
  if (others.length > 0) return runTogether(inputs, { flags, terminal });
  return runOne(input, flags, terminal);
}

async function runOne(input: PlanInput, flags: Flags, terminal: Terminal): Promise<number> {
  const { plan, assets } = input;
  const outputs = openOutputs((flags.output as string[] | undefined) ?? []);
  try {
    const live = new LiveOutputs(outputs, plan, terminal);
    const start = await recruit(input);
    const measured = await conduct({ plan, assets, crew: start() }, { flags, terminal, live });
    if (!measured) return EXIT.interrupted;
    const { result, interrupted } = measured;
    await writeOutputs(result, { outputs, live, screen: terminal });
    return interrupted ? EXIT.interrupted : EXIT_OF_OUTCOME[result.verdict.outcome];
  } finally {
    releaseOutputs(outputs);
  }
}
