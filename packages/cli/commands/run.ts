/** `nightjar run`: one plan, measured and judged; or by several generators, side by side. */
import { EXIT } from "@nightjar/core/errors.ts";
import { conduct } from "../conduct.ts";
import { EXIT_OF_OUTCOME } from "../exit-codes.ts";
import { isOnFleet, refuseFleetOptions } from "../fleet/fleet-flags.ts";
import { LiveOutputs } from "../live-outputs.ts";
import { FLEET_OPTION } from "../options/fleet.ts";
import { GENERATOR_OPTION } from "../options/generator.ts";
import { keyOf } from "../options/row.ts";
import { namesIn } from "../options/value.ts";
import { openOutputs, releaseOutputs, writeOutputs } from "../outputs.ts";
import type { Flags } from "../plan-flags.ts";
import { type PlanInput, readPlanInputs } from "../plan-input.ts";
import type { Terminal } from "../terminal.ts";
import { HERE, type Venue } from "../venue.ts";
import { refuseCoolDown, runSideBySide } from "./side-by-side.ts";
import { refuseSeveral, runTogether } from "./together.ts";

/**
 * Returns the exit code. Throws `NightjarError` before any load is sent, or when an output cannot
 * be written.
 */
export async function run(source: string, flags: Flags, terminal: Terminal): Promise<number> {
  const inputs = readPlanInputs(source, flags);
  const [input] = inputs;
  if (flags.quiet !== true) for (const note of input.notes) terminal.note(note);
  const named = flags[keyOf(GENERATOR_OPTION)] as string | undefined;
  const names = named === undefined ? [] : namesIn(GENERATOR_OPTION, named);
  if (names.length > 1) refuseSeveral(inputs, GENERATOR_OPTION.flag);
  else refuseCoolDown(flags);
  if (isOnFleet(flags)) refuseSeveral(inputs, FLEET_OPTION.flag);
  return withVenue(flags, terminal, (venue) => {
    if (names.length > 1) return runSideBySide(names, input, venue, { flags, terminal });
    if (inputs.length > 1) return runTogether(inputs, { flags, terminal });
    return runOne(input, venue, flags, terminal);
  });
}

/** One plan, by one generator. Returns and throws as `run` does. */
export async function runOne(
  input: PlanInput,
  venue: Venue,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const outputs = openOutputs((flags.output as string[] | undefined) ?? []);
  try {
    const live = new LiveOutputs(outputs, input.plan, terminal);
    const errand = await venue.errandOf(input);
    const measured = await conduct(errand, { flags, terminal, live });
    if (!measured) return EXIT.interrupted;
    const { result, interrupted } = measured;
    await writeOutputs(result, { outputs, live, screen: terminal });
    if (venue.farewell && !flags.quiet) terminal.note(venue.farewell(result));
    return interrupted ? EXIT.interrupted : EXIT_OF_OUTCOME[result.verdict.outcome];
  } finally {
    releaseOutputs(outputs);
  }
}

/** What the flags name. What speaks to NATS is loaded where it is wanted: it takes its time. */
async function withVenue<T>(
  flags: Flags,
  terminal: Terminal,
  use: (venue: Venue) => Promise<T>,
): Promise<T> {
  if (isOnFleet(flags)) {
    const { withFleet } = await import("../fleet/fleet-venue.ts");
    return withFleet(flags, terminal, use);
  }
  refuseFleetOptions(flags);
  return use(HERE);
}
