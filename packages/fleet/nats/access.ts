/** Where the NATS servers are, and what is shown to them; looked at before anything is dialled. */

import {
  type Authenticator,
  credsAuthenticator,
  type TlsOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/nats-core";
import { NightjarError } from "@nightjar/core/errors.ts";

export interface NatsAccess {
  /**
   * `nats://host:4222` or `tls://…`; several of one cluster with commas between them. May hold
   * `user:password@` or `token@`.
   */
  readonly servers: string;
  /** The text of a `.creds` file. */
  readonly credentials?: string;
  readonly token?: string;
  /** PEM, as texts. Any of them means TLS; `ca` takes the place of the system's authorities. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** The same, understood. */
export interface Access {
  readonly servers: readonly Endpoint[];
  /** The same for people: without secrets. */
  readonly shown: readonly string[];
  /** Absent: nobody in particular. */
  readonly authenticator?: Authenticator;
  /** Absent: TLS only if the server wants it. */
  readonly tls?: TlsOptions;
}

export interface Endpoint {
  /** A name or an address; one of IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

interface Server extends Endpoint {
  readonly isTls: boolean;
  /** Empty: none. */
  readonly user: string;
  readonly password: string;
}

const DEFAULT_PORT = 4222;
const SCHEMES = ["nats:", "tls:"];

/** @throws NightjarError `bad-usage` */
export function readAccess(access: NatsAccess): Access {
  const servers = access.servers
    .split(",")
    .map((text) => readServer(text.trim(), access.servers.includes("@")));
  const isTls = servers.some((server) => server.isTls);
  return {
    servers: servers.map(({ host, port }) => ({ host, port })),
    shown: servers.map(shownServer),
    authenticator: authenticatorOf(access, servers),
    tls: tlsOf(access, isTls),
  };
}

/** `nats://user:secret@host` as `nats://host:4222`, for texts that people see. */
export function shownServers(servers: string): string {
  try {
    return readAccess({ servers }).shown.join(", ");
  } catch {
    return "NATS";
  }
}

function shownServer(server: Server): string {
  return `${server.isTls ? "tls" : "nats"}://${hostAndPort(server)}`;
}

export function hostAndPort({ host, port }: Endpoint): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function readServer(text: string, hasSecrets: boolean): Server {
  const url = urlOf(text);
  const isPlain = url && ["", "/"].includes(url.pathname) && !url.search && !url.hash;
  const user = decoded(url?.username);
  const password = decoded(url?.password);
  const isRead = user !== undefined && password !== undefined && isPlain;
  if (!isRead || !url.hostname || !SCHEMES.includes(url.protocol)) refuseServer(text, hasSecrets);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    isTls: url.protocol === "tls:",
    user,
    password,
  };
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `nats://${text}`);
  } catch {
    return undefined;
  }
}

function decoded(part = ""): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** A comma in a password cuts it in two: any part of the list may be one. */
function refuseServer(text: string, hasSecrets: boolean): never {
  throw new NightjarError(
    "bad-usage",
    `NATS: ${hasSecrets ? "what is given (not shown: it holds a secret)" : `"${text}"`} ` +
      "is no address of a server",
    "nats://host:4222 or tls://host:4222; several with commas between them; in user:password@ " +
      "what is no letter or digit is written as %2C",
  );
}

function authenticatorOf(access: NatsAccess, servers: readonly Server[]) {
  const { credentials, token } = access;
  const ways = [
    ...(credentials === undefined ? [] : [checkedCredentials(credentials)]),
    ...(token === undefined ? [] : [tokenAuthenticator(token)]),
    ...userOf(servers),
  ];
  if (ways.length <= 1) return ways.at(0);
  throw new NightjarError(
    "bad-usage",
    "NATS: one of credentials, a token and a user in the address is wanted, found several",
  );
}

function checkedCredentials(text: string): Authenticator {
  const authenticator = credsAuthenticator(new TextEncoder().encode(text));
  try {
    authenticator("nonce");
  } catch {
    throw new NightjarError(
      "bad-usage",
      "NATS: the credentials are no .creds file: it holds a JWT and a seed between lines of dashes",
    );
  }
  return authenticator;
}

/** A user alone is a token, as other clients of NATS have it. */
function userOf(servers: readonly Server[]): Authenticator[] {
  const pairs = new Set(servers.map(({ user, password }) => JSON.stringify([user, password])));
  if (pairs.size > 1)
    throw new NightjarError("bad-usage", "NATS: all addresses must hold the same user");
  const [{ user, password }] = servers;
  if (user === "" && password === "") return [];
  return [
    password === "" ? tokenAuthenticator(user) : usernamePasswordAuthenticator(user, password),
  ];
}

function tlsOf({ ca, certificate, key }: NatsAccess, isTls: boolean): TlsOptions | undefined {
  if ((certificate === undefined) !== (key === undefined))
    throw new NightjarError(
      "bad-usage",
      "NATS: a client's certificate and its key belong together",
    );
  if (!isTls && ca === undefined && certificate === undefined) return undefined;
  return { ca, cert: certificate, key };
}
