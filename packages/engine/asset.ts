/** What the plan names and does not hold, as it came with the order. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";

/** Throws `prepare-failed`. */
export function assetOf(assets: Assets, name: string): Uint8Array {
  const bytes = assets[name];
  if (bytes) return bytes;
  throw new NightjarError("prepare-failed", `"${name}" of the plan did not come with it`);
}
