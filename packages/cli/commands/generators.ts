/** `nightjar generators`: which there are, which are on this machine, and what each can do. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { ENGINE_CAPABILITIES } from "@nightjar/engine/engine.ts";
import { generatorsText, type KnownGenerator } from "@nightjar/formats/human/generators.ts";
import type { Driver } from "@nightjar/generators/driver.ts";
import { DRIVERS } from "@nightjar/generators/drivers.ts";
import { findInstallation } from "@nightjar/generators/process/installation.ts";
import { JSON_OPTION } from "../options/generators.ts";
import { keyOf } from "../options/row.ts";
import type { Screen } from "../outputs.ts";
import type { Flags } from "../plan-flags.ts";

const OWN: KnownGenerator = {
  capabilities: ENGINE_CAPABILITIES,
  path: process.execPath,
  missing: null,
};

export async function listGenerators(flags: Flags, screen: Screen): Promise<void> {
  const others = await Promise.all(Object.values(DRIVERS).map(knownOf));
  const all = [OWN, ...others];
  const text =
    flags[keyOf(JSON_OPTION)] === true
      ? `${JSON.stringify(all, null, 2)}\n`
      : generatorsText(all, screen);
  screen.print(text);
}

async function knownOf({ capabilities, program }: Driver): Promise<KnownGenerator> {
  try {
    const { path, version } = await findInstallation(program);
    return { capabilities: { ...capabilities, version }, path, missing: null };
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    const missing = [error.message, error.hint].filter(Boolean).join("; ");
    return { capabilities, path: null, missing };
  }
}
