/**
 * The arguments of `vegeta attack`, and the files that it reads.
 *
 * - The target is a file: headers may be secrets, and arguments are seen by everybody.
 * - `-workers` and `-max-workers` are the connections: without a limit vegeta opens as many as it
 *   is short of. It opens no more than it needs.
 * - `-redirects -1`: by default it follows ten, and one exchange is eleven.
 * - `-dns-ttl -1`: its cache connects to an address of each family at once.
 * - `-max-body 0`: bodies are read, and not kept in the results.
 */
import { resolve } from "node:path";
import type { Job } from "../job.ts";
import { pemFiles, pemFlags } from "../run/pem-files.ts";
import { vegetaDurationNs, vegetaRate } from "./rate.ts";

export const RESULTS = "results.gob";
const TARGET = "target.json";

/** Go's client takes these for its own; nothing of the plan says so. */
export const VEGETA_ENVIRONMENT = Object.fromEntries(
  ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"].map((name) => [
    name,
    undefined,
  ]),
);

export function vegetaFiles(job: Job): Record<string, string | Uint8Array> {
  return { [TARGET]: targetOf(job), ...pemFiles(job) };
}

/** Go wants gzip unless somebody asks for something. */
function targetOf({ request }: Job): string {
  const { method, url, body } = request;
  const own = Object.fromEntries(request.headers.map(({ name, value }) => [goName(name), [value]]));
  const header = { "Accept-Encoding": ["identity"], ...own };
  const content = body === undefined ? {} : { body: Buffer.from(body).toString("base64") };
  return `${JSON.stringify({ method, url, header, ...content })}\n`;
}

/** As Go spells a header's name: it finds its own defaults by that spelling alone. */
function goName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

export function vegetaCommand(job: Job, program: string): string[] {
  const connections = String(job.connections);
  const { keepAlive, unix } = job.plan.connection;
  return [
    ...[program, ...threadFlags(job), "attack", "-format", "json", "-targets", TARGET],
    ...["-output", RESULTS, "-max-body", "0"],
    ...loadFlags(job),
    ...["-workers", connections, "-max-workers", connections],
    ...["-connections", connections, "-max-connections", connections],
    ...["-timeout", `${job.timeoutNs}ns`, "-redirects", "-1", "-http2=false", "-dns-ttl", "-1"],
    ...(keepAlive ? [] : ["-keepalive=false"]),
    ...(unix === undefined ? [] : ["-unix-socket", resolve(unix)]),
    ...(job.plan.tls.insecure ? ["-insecure"] : []),
    ...pemFlags(job, "-root-certs"),
    ...(job.plan.tls.resumption ? ["-session-tickets"] : []),
  ];
}

/** Go runs so many threads at once; unless it is told, one for each core. */
function threadFlags({ plan: { workers } }: Job): string[] {
  return workers === "auto" ? [] : ["-cpus", String(workers)];
}

function loadFlags({ closed, ratePerS, exchanges, lengthNs }: Job): string[] {
  if (closed) return ["-rate", "0", "-duration", `${Math.round(lengthNs)}ns`];
  const rate = vegetaRate(ratePerS);
  const durationNs = vegetaDurationNs(exchanges, rate);
  return [
    ...["-rate", `${rate.frequency}/${rate.periodNs / 1e9}s`],
    ...["-duration", `${durationNs}ns`],
  ];
}
