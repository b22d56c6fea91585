/** The load generators that a plan may name. */
import { didYouMean } from "./suggest.ts";

export const GENERATOR_NAMES = [
  "nightjar",
  "nighthawk",
  "fortio",
  "vegeta",
  "wrk2",
  "wrk",
] as const;
export type GeneratorName = (typeof GENERATOR_NAMES)[number];

/** What is wanted, for whoever wrote something else. */
export function generatorWanted(found: string): string {
  const near = didYouMean(found, GENERATOR_NAMES);
  return `${GENERATOR_NAMES.slice(0, -1).join(", ")} or ${GENERATOR_NAMES.at(-1)} is wanted${near}`;
}
