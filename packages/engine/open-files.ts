/** Each connection is an open file, and a process may have only so many. */
import { readFileSync } from "node:fs";
import { NightjarError } from "@nightjar/core/errors.ts";

/** For pipes, the runtime's own, and connections that are being closed while others open. */
const RESERVED = 64;

/** `null` where nobody says (outside Linux), or there is none. */
export function openFilesLimit(): number | null {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}

/**
 * `connections` to each of so many authorities. Throws `prepare-failed`: a run that meets the limit
 * would measure the limit.
 */
export function demandOpenFiles(
  connections: number,
  authorities: number,
  limit = openFilesLimit(),
): void {
  if (limit === null || connections * authorities + RESERVED <= limit) return;
  const each = authorities === 1 ? "" : ` to each of ${authorities} authorities`;
  throw new NightjarError(
    "prepare-failed",
    `${connections} connections${each} in one process, which may open only ${limit} files`,
    "raise the limit (ulimit -n), or use more workers or fewer connections",
  );
}
