/**
 * The arguments of `fortio load`.
 *
 * - `-n` with a multiple of the connections instead of `-t`: with `-t` fortio drops what does not
 *   divide and sends a warm-up call for each connection that it does not count.
 * - `-t=-1s` beside it: with a duration, even the default one, it stretches its schedule so that
 *   the last call begins at the end; without, call i of thread k is due at (i·c + k) / rate.
 * - `-uniform`, or all threads fire together.
 */
import { resolve } from "node:path";
import type { Job } from "../job.ts";
import { pemFiles, pemFlags } from "../run/pem-files.ts";
import { callsOf } from "./calls.ts";

export const ACCESS_LOG = "access.log";
export const PAYLOAD = "payload";
/** Beyond this fortio leaves the rest of an answer in the socket, where the next one is read. */
const BUFFER_KB = 1024;

/**
 * Of the buckets: each up to a quarter wide from 0.2 to 10 ms; the default is as wide as the value
 * below 2 ms and from 1 to 2 s.
 */
const RESOLUTION_S = "0.00001";

/** What it reads from the folder. */
export function fortioFiles(job: Job): Record<string, Uint8Array> {
  const { body } = job.request;
  return { ...pemFiles(job), ...(body === undefined ? {} : { [PAYLOAD]: body }) };
}

/** `logsCalls`: it tells of each call. */
export function fortioCommand(job: Job, program: string, logsCalls: boolean): string[] {
  const calls = callsOf(job, job.plan.load.requests !== undefined) ?? 0;
  return [
    ...[program, "load"],
    ...["-qps", job.closed ? "0" : String(job.ratePerS), "-n", String(calls), "-t=-1s"],
    ...["-c", String(job.connections), "-uniform", ...threadFlags(job)],
    ...["-timeout", `${job.timeoutNs}ns`, "-httpbufferkb", String(BUFFER_KB)],
    ...["-loglevel", "Info", "-log-errors=false", "-json", "-"],
    ...(logsCalls ? ["-access-log-file", ACCESS_LOG] : ["-r", RESOLUTION_S]),
    ...connectionFlags(job),
    ...(job.plan.tls.insecure ? ["-k"] : []),
    ...pemFlags(job, "-cacert"),
    ...requestFlags(job),
    job.request.url,
  ];
}

/** Go runs so many threads at once; unless it is told, one for each core. */
function threadFlags({ plan: { workers } }: Job): string[] {
  return workers === "auto" ? [] : ["-gomaxprocs", String(workers)];
}

function connectionFlags({ plan }: Job): string[] {
  const { keepAlive, maxRequests, unix } = plan.connection;
  return [
    ...(keepAlive ? [] : ["-keepalive=false"]),
    ...(maxRequests === undefined ? [] : ["-connection-reuse", `${maxRequests}:${maxRequests}`]),
    ...(unix === undefined ? [] : ["-unix-socket", resolve(unix)]),
  ];
}

function requestFlags({ request }: Job): string[] {
  const { method, headers, body } = request;
  return [
    ...["-X", method],
    ...headers.flatMap(({ name, value }) => ["-H", `${name}: ${value}`]),
    ...(body === undefined || body.length === 0 ? [] : ["-payload-file", PAYLOAD]),
  ];
}
