/**
 * Feature: something that a plan may ask of its generator. Which of them a plan needs is read from
 * the resolved plan alone.
 */

import { speaksOfSecret } from "../plan/header-secrecy.ts";
import type { Plan } from "../plan/plan.ts";
import { backlogUnlessWritten } from "../plan/plan-load.ts";
import type { Path } from "../plan/plan-place.ts";
import type { Target } from "../plan/target-schema.ts";

export interface Need {
  readonly feature: Feature;
  /** Where the plan asks for it. */
  readonly path: Path;
  /** As a sentence says it: "stages", "a client certificate". */
  readonly what: string;
  /** The nearest plan without it: "leave load.stages out". */
  readonly nearest: string;
}

interface Row {
  readonly what: string;
  /** Where the plan asks for it; `undefined`: it does not. */
  readonly at: (plan: Plan) => Path | undefined;
  /** Default: "leave PATH out". */
  readonly nearest?: string;
}

const isSecure = ({ url }: Target) => url.startsWith("https:");

/** The first target of which it holds. */
function inTargets(
  plan: Plan,
  holds: (target: Target) => boolean,
  key?: keyof Target,
): Path | undefined {
  const index = plan.targets.findIndex(holds);
  if (index < 0) return undefined;
  return key === undefined ? ["targets", index] : ["targets", index, key];
}

function secretHeaderIn({ targets }: Plan): Path | undefined {
  for (const [index, { headers }] of targets.entries()) {
    const name = Object.keys(headers).find(speaksOfSecret);
    if (name !== undefined) return ["targets", index, "headers", name];
  }
  return undefined;
}

function hasTemplate({ url, headers, body = "" }: Target): boolean {
  return [url, body, ...Object.values(headers)].some((text) => text.includes("{{"));
}

const unless = (condition: boolean, ...path: Path): Path | undefined =>
  condition ? undefined : path;

const ROWS = {
  targets: {
    what: "several targets",
    at: ({ targets }) => unless(targets.length === 1, "targets"),
    nearest: "run one target at a time",
  },
  method: {
    what: "a method other than GET",
    at: (plan) => inTargets(plan, ({ method }) => method !== "GET", "method"),
  },
  headers: {
    what: "request headers",
    at: (plan) => inTargets(plan, ({ headers }) => Object.keys(headers).length > 0, "headers"),
  },
  "secret-headers": {
    what: "a header that holds a secret, other than as a process argument",
    at: secretHeaderIn,
  },
  body: {
    what: "a request body",
    at: (plan) =>
      inTargets(plan, ({ body, bodyFile, bodySize }) =>
        [body, bodyFile, bodySize].some((one) => one !== undefined),
      ),
    nearest: "send no body",
  },
  templates: {
    what: "templates",
    at: (plan) => inTargets(plan, hasTemplate),
    nearest: "write the texts without {{templates}}",
  },
  stages: {
    what: "stages",
    at: ({ load }) => unless(load.stages === undefined, "load", "stages"),
    nearest: "give one rate and a duration",
  },
  requests: {
    what: "a number of requests",
    at: ({ load }) => unless(load.requests === undefined, "load", "requests"),
    nearest: "give a duration",
  },
  "max-backlog": {
    what: "a limit of what may wait for a connection",
    at: ({ load: { rate, maxBacklog }, timeout }) =>
      unless(maxBacklog >= backlogUnlessWritten(rate, timeout), "load", "maxBacklog"),
  },
  warmup: { what: "a warm-up", at: ({ warmup }) => unless(warmup === "0s", "warmup") },
  "keep-alive-off": {
    what: "a connection for each exchange",
    at: ({ connection }) => unless(connection.keepAlive, "connection", "keepAlive"),
  },
  "max-requests": {
    what: "a limit of exchanges for a connection",
    at: ({ connection }) =>
      unless(connection.maxRequests === undefined, "connection", "maxRequests"),
  },
  reuse: {
    what: "the most recently used connection first",
    at: ({ connection }) => unless(connection.reuse === "lru", "connection", "reuse"),
  },
  prefetch: {
    what: "connections before they are needed",
    at: ({ connection }) => unless(!connection.prefetch, "connection", "prefetch"),
  },
  "address-family": {
    what: "a choice of address family",
    at: ({ connection }) =>
      unless(connection.addressFamily === "any", "connection", "addressFamily"),
  },
  resolve: {
    what: "addresses of its own for a name",
    at: ({ connection }) => unless(connection.resolve.length === 0, "connection", "resolve"),
  },
  unix: {
    what: "a Unix socket",
    at: ({ connection }) => unless(connection.unix === undefined, "connection", "unix"),
  },
  proxy: {
    what: "a forward proxy",
    at: ({ connection }) => unless(connection.proxy === undefined, "connection", "proxy"),
  },
  tls: {
    what: "https",
    at: (plan) => inTargets(plan, isSecure, "url"),
    nearest: "use an http:// URL",
  },
  "tls-verification": {
    what: "verification of certificates",
    at: (plan) => (plan.tls.insecure ? undefined : inTargets(plan, isSecure, "url")),
    nearest: "accept any certificate by tls.insecure: true (--insecure)",
  },
  "tls-insecure": {
    what: "https without verification",
    at: ({ tls }) => unless(!tls.insecure, "tls", "insecure"),
  },
  "ca-cert": {
    what: "certificate authorities of its own",
    at: ({ tls }) => unless(tls.caCert === undefined, "tls", "caCert"),
  },
  sni: {
    what: "a server name of its own",
    at: ({ tls }) => unless(tls.sni === undefined, "tls", "sni"),
  },
  "tls-min": {
    what: "a lowest TLS version",
    at: ({ tls }) => unless(tls.min === "1.2", "tls", "min"),
  },
  "client-cert": {
    what: "a client certificate",
    at: ({ tls }) => unless(tls.cert === undefined, "tls", "cert"),
  },
  "resumption-off": {
    what: "TLS without resumption",
    at: ({ tls }) => unless(tls.resumption, "tls", "resumption"),
  },
  "ok-status": {
    what: "statuses of its own that count as ok",
    at: ({ checks }) => unless(checks.status === "100-399", "checks", "status"),
  },
  "check-headers": {
    what: "checks of headers",
    at: ({ checks }) => unless(checks.headers.length === 0, "checks", "headers"),
  },
  "check-body": {
    what: "checks of bodies",
    at: ({ checks }) => unless(checks.body.length === 0, "checks", "body"),
  },
  "record-headers": {
    what: "numbers recorded from headers",
    at: ({ recordHeaders }) => unless(recordHeaders.length === 0, "recordHeaders"),
  },
  "number-header": {
    what: "the exchange number in a header",
    at: ({ numberHeader }) => unless(numberHeader === undefined, "numberHeader"),
  },
  "stop-on": {
    what: "conditions that end the run",
    at: ({ stopOn }) => unless(stopOn.length === 0, "stopOn"),
  },
  probe: { what: "a probe", at: ({ probe }) => unless(!probe, "probe") },
  workers: {
    what: "several workers",
    at: ({ workers }) => unless(workers === "auto" || workers === 1, "workers"),
    nearest: "leave workers at auto",
  },
} satisfies Record<string, Row>;

export type Feature = keyof typeof ROWS;
export const FEATURES = Object.keys(ROWS) as readonly Feature[];

/** What `plan` asks of a generator, in the order of the table. */
export function needsOf(plan: Plan): Need[] {
  return FEATURES.flatMap((feature) => {
    const { what, at, nearest }: Row = ROWS[feature];
    const path = at(plan);
    if (path === undefined) return [];
    return { feature, path, what, nearest: nearest ?? `leave ${String(path.at(-1))} out` };
  });
}
