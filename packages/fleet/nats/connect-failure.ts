/** Why there is no connection to NATS: what a server or the system says, as one sentence. */

import {
  AuthorizationError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from "@nats-io/nats-core";
import { type ErrorCode, NightjarError } from "@nightjar/core/errors.ts";
import type { Access } from "./access.ts";
import type { Greeting, ServerFacts } from "./greeting.ts";

export interface Finding {
  readonly what: string;
  readonly hint?: string;
  readonly code?: ErrorCode;
}

const SPEAKS_FIRST =
  "a NATS server speaks first: a sidecar or proxy on the way that waits for the client to speak " +
  "must let this port pass by it; or something else listens there";

const SYSTEM: Readonly<Record<string, Finding>> = {
  ECONNREFUSED: { what: "the connection was refused", hint: "does a nats-server listen there?" },
  ENOTFOUND: { what: "no such host is known", code: "unknown-host" },
  EAI_AGAIN: { what: "names cannot be looked up at the moment", code: "unknown-host" },
  ECONNRESET: { what: "the connection was reset before the server had greeted" },
  EHOSTUNREACH: { what: "there is no way to that host" },
  ENETUNREACH: { what: "there is no way to that network" },
  ETIMEDOUT: {
    what: "no connection opens in time",
    hint: "does a firewall drop what goes there?",
  },
};

export function refusal({ shown }: Access, { what, hint, code = "prepare-failed" }: Finding) {
  return new NightjarError(code, `NATS at ${shown.join(", ")}: ${what}`, hint);
}

/** None of the servers has greeted. */
export function noGreeting(
  { shown }: Access,
  greetings: readonly Greeting[],
  waitedMs: number,
): NightjarError {
  const findings = greetings.map((greeting) => ofGreeting(greeting, waitedMs));
  const each = findings.map(({ what }, index) => `NATS at ${shown[index]}: ${what}`);
  const hint = findings.find((finding) => finding.hint !== undefined)?.hint;
  const isUnknown = findings.every(({ code }) => code === "unknown-host");
  return new NightjarError(isUnknown ? "unknown-host" : "prepare-failed", each.join("; "), hint);
}

function ofGreeting(greeting: Greeting, waitedMs: number): Finding {
  switch (greeting.is) {
    case "unreachable":
      return ofSystem(greeting.error) ?? { what: messageOf(greeting.error) };
    case "closed":
      return {
        what: "the connection was closed before the server had greeted",
        hint: SPEAKS_FIRST,
      };
    case "silent":
      return {
        what: `the connection opens, and nothing is said within ${waitedMs / 1000} s`,
        hint: SPEAKS_FIRST,
      };
    default:
      return { what: "what listens there is no NATS server: it does not greet like one" };
  }
}

/** A server has greeted, and the client could not connect. */
export function connectFailure(
  error: unknown,
  access: Access,
  facts: ServerFacts,
  waitedMs: number,
): NightjarError {
  const finding =
    ofLogin(error, access) ?? ofSystem(error) ?? ofCertificate(error, access) ?? ofTls(error);
  return refusal(access, finding ?? ofSilence(error, facts, waitedMs));
}

function ofLogin(error: unknown, { authenticator }: Access): Finding | undefined {
  if (error instanceof UserAuthenticationExpiredError)
    return { what: "the credentials have expired" };
  if (!(error instanceof AuthorizationError)) return undefined;
  return authenticator === undefined
    ? { what: "it wants to know who connects, and no credentials or token were given" }
    : { what: "it does not accept these credentials, token or user" };
}

function ofSystem(error: unknown): Finding | undefined {
  return SYSTEM[codeOf(error) ?? ""];
}

function ofCertificate(error: unknown, { tls }: Access): Finding | undefined {
  const code = codeOf(error) ?? "";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return { what: "its certificate is for other names than this one" };
  if (code === "CERT_HAS_EXPIRED") return { what: "its certificate has expired" };
  if (!/CERT|ISSUER|SIGNATURE/.test(code)) return undefined;
  const hint = tls?.ca
    ? "the authority that was given has not signed it"
    : "give the authority that has signed it, as a PEM file";
  return { what: `its certificate is not trusted: ${messageOf(error)}`, hint };
}

function ofTls(error: unknown): Finding | undefined {
  const message = messageOf(error);
  if (/does not support 'tls'/.test(message))
    return { what: "it does not speak TLS, which is wanted" };
  if (/Invalid CA|PEM routines|X\.509|KEY_|ASN\.1/.test(message))
    return {
      code: "bad-usage",
      what: `the authority, certificate or key that was given is of no use: ${reasonIn(message)}`,
    };
  return codeOf(error)?.includes("SSL")
    ? { what: `TLS does not come about: ${message}` }
    : undefined;
}

/** `error:0b000074:X.509 …:OPENSSL_internal:KEY_VALUES_MISMATCH`: its end. */
function reasonIn(message: string): string {
  return message.slice(message.lastIndexOf(":") + 1).replaceAll("_", " ");
}

/** The client does not learn why a server hangs up on it, only that no answer comes. */
function ofSilence(error: unknown, facts: ServerFacts, waitedMs: number): Finding {
  if (facts.wantsCertificate) return { what: "it does not accept the client's certificate" };
  if (error instanceof TimeoutError)
    return { what: `it greets, and does not let us in within ${waitedMs / 1000} s` };
  return { what: messageOf(error) };
}

/** The system's, of an error or of what caused it. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, cause } = error as Error & { code?: unknown };
  return typeof code === "string" ? code : codeOf(cause);
}

/** One line. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0].trim() || "the connection does not come about";
}
