/**
 * The arguments of wrk2, and the script that it runs.
 *
 * - `-R` is required, whatever its README says, and a whole number.
 * - `-U` prints both spectra: from due on, and from the sending on.
 * - Headers stand in the script: `-H 'A:1'`, without a blank, is dropped without a word.
 * - `-T` is no timeout: it counts connections that are silent for longer, again and again.
 */
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Job } from "../job.ts";
import { threadsOf } from "../run/threads.ts";
import { authorityOf, requestScript, SCRIPT } from "../wrk/request-script.ts";

export function wrk2Command(job: Job, program: string): string[] {
  return [
    ...[program, "-t", String(threadsOf(job)), "-c", String(job.connections)],
    ...["-d", `${Math.ceil(job.lengthNs / SECOND_NS)}s`, "-R", String(Math.round(job.ratePerS))],
    ...["-T", `${Math.ceil(job.timeoutNs / SECOND_NS)}s`, "-U"],
    ...["-s", SCRIPT, authorityOf(job.request)],
  ];
}

export function wrk2Files({ request }: Job): Record<string, string> {
  return { [SCRIPT]: requestScript(request) };
}
