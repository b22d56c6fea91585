/** What a histogram of ours can hold. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { HIGHEST_NS } from "@nightjar/core/record/histogram.ts";

/** Throws `file`. `null`: it is not known. */
export function refuseOutside(valuesNs: readonly (number | null)[]): void {
  if (valuesNs.every((ns) => ns === null || (ns >= 0 && ns <= HIGHEST_NS))) return;
  throw new NightjarError("file", "latencies from 0 to an hour can be held, and one lies outside");
}
