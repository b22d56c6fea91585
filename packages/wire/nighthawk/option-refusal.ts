/** What an option of Nighthawk may not be, by the name that it has in the message. */
import { NightjarError } from "@nightjar/core/errors.ts";

/** Throws `bad-plan`. */
export function refuseOption(name: string, message: string, hint?: string): never {
  throw new NightjarError("bad-plan", `${name}: ${message}`, hint);
}

/** In the words of Nighthawk's own validation. */
export function demandRange(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  refuseOption(name, `value must be inside range [${least}, ${most}], found ${value}`);
}
