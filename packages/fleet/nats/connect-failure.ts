/** Why there is no connection to NATS: an error of the library or the system, as one sentence. */
import { createConnection } from "node:net";
import {
  AuthorizationError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from "@nats-io/nats-core";
import { type ErrorCode, NightjarError } from "@nightjar/core/errors.ts";
import type { Access, Endpoint } from "./access.ts";

interface Finding {
  readonly what: string;
  readonly hint?: string;
  readonly code?: ErrorCode;
}

const PROBE_CONNECT_MS = 1_000;
const PROBE_GREETING_MS = 500;

const SIDECAR =
  "a NATS server speaks first: a sidecar or proxy on the way that waits for the client to speak " +
  "must let this port pass by it; or something else listens there";

/** `dialMs`: how long was waited for a server. */
export async function connectFailure(
  error: unknown,
  access: Access,
  dialMs: number,
): Promise<NightjarError> {
  const isTimeout = error instanceof TimeoutError;
  const finding = isTimeout
    ? await ofSilence(access, dialMs)
    : (ofLogin(error, access) ?? ofSystem(error) ?? ofTls(error) ?? ofProtocol(error));
  return refusal(access, finding);
}

export function refusal({ shown }: Access, { what, hint, code = "prepare-failed" }: Finding) {
  return new NightjarError(code, `NATS at ${shown}: ${what}`, hint);
}

function ofLogin(error: unknown, { authenticator }: Access): Finding | undefined {
  if (error instanceof UserAuthenticationExpiredError)
    return { what: "the credentials have expired" };
  if (!(error instanceof AuthorizationError)) return undefined;
  return authenticator === undefined
    ? { what: "it wants to know who connects, and no credentials or token were given" }
    : { what: "it does not accept these credentials, token or user" };
}

const SYSTEM: Readonly<Record<string, Finding>> = {
  ECONNREFUSED: { what: "the connection was refused", hint: "does a nats-server listen there?" },
  ENOTFOUND: { what: "no such host is known", code: "unknown-host" },
  EAI_AGAIN: { what: "names cannot be looked up at the moment", code: "unknown-host" },
  ECONNRESET: { what: "the connection was reset before the server had greeted" },
  EHOSTUNREACH: { what: "there is no way to that host" },
  ENETUNREACH: { what: "there is no way to that network" },
  ETIMEDOUT: { what: "the connection could not be opened in time" },
};

function ofSystem(error: unknown): Finding | undefined {
  return SYSTEM[codeOf(error) ?? ""];
}

function ofTls(error: unknown): Finding | undefined {
  const code = codeOf(error) ?? "";
  const message = messageOf(error);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return { what: "its certificate is for other names than this one" };
  if (code === "CERT_HAS_EXPIRED") return { what: "its certificate has expired" };
  if (/CERT|ISSUER|SIGNATURE/.test(code))
    return {
      what: `its certificate is not trusted: ${message}`,
      hint: "give the authority that has signed it, as a PEM file",
    };
  if (/does not support 'tls'/.test(message))
    return { what: "it does not speak TLS, which is wanted" };
  if (code === "ERR_BORINGSSL" || /ssl|tls|\bCA\b|PEM/i.test(`${code} ${message}`))
    return { what: `TLS does not come about: ${message}` };
  return undefined;
}

function ofProtocol(error: unknown): Finding {
  const message = messageOf(error);
  if (/unexpected response|JSON/i.test(message))
    return { what: "what listens there is no NATS server: it does not greet like one" };
  if (/undefined error/.test(message))
    return { what: "the connection was closed before the server had greeted", hint: SIDECAR };
  return { what: message };
}

/** A server that has not answered in time: what an own look at it says. */
async function ofSilence({ servers }: Access, dialMs: number): Promise<Finding> {
  const within = `within ${dialMs / 1000} s`;
  const looks = await Promise.all(servers.map(look));
  if (looks.includes("silent"))
    return { what: `it takes the connection and says nothing ${within}`, hint: SIDECAR };
  if (looks.includes("greets")) return { what: `it greets, and does not let us in ${within}` };
  return { what: `no connection opens ${within}`, hint: "does a firewall drop what goes there?" };
}

function look({ host, port }: Endpoint): Promise<"closed" | "silent" | "greets"> {
  return new Promise((resolve) => {
    const socket = createConnection(port, host.replace(/^\[|\]$/g, ""));
    let timer = setTimeout(() => end("closed"), PROBE_CONNECT_MS);
    function end(found: "closed" | "silent" | "greets"): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    }
    socket.on("connect", () => {
      clearTimeout(timer);
      timer = setTimeout(() => end("silent"), PROBE_GREETING_MS);
    });
    socket.on("data", () => end("greets"));
    socket.on("close", () => end("closed"));
    socket.on("error", () => end("closed"));
  });
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
