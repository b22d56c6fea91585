/** The result over all workers, which fortio's format and a Result of ours are made of. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { GLOBAL, type Output, type WorkerResult } from "./output-messages.ts";

/** Throws `file` where there is none. */
export function globalOf({ results }: Output): WorkerResult {
  const found = results.find(({ name }) => name === GLOBAL);
  if (found !== undefined) return found;
  const names = results.map(({ name }) => JSON.stringify(name)).join(", ") || "none";
  throw new NightjarError(
    "file",
    `Nighthawk Output: results: one named "${GLOBAL}" is wanted, found ${names}`,
  );
}
