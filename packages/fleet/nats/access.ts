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
  /** Without secrets, for people. */
  readonly shown: string;
  /** Absent: nobody in particular. */
  readonly authenticator?: Authenticator;
  /** Absent: TLS only if the server wants it. */
  readonly tls?: TlsOptions;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

interface Server extends Endpoint {
  readonly isTls: boolean;
  readonly user?: string;
  readonly password?: string;
}

const DEFAULT_PORT = 4222;
const SCHEMES = ["nats:", "tls:"];

/** @throws NightjarError `bad-usage` */
export function readAccess(access: NatsAccess): Access {
  const servers = access.servers.split(",").map((text) => readServer(text.trim()));
  const isTls = servers.some((server) => server.isTls);
  return {
    servers,
    shown: servers.map(shownServer).join(", "),
    authenticator: authenticatorOf(access, servers),
    tls: tlsOf(access, isTls),
  };
}

/** `nats://user:secret@host` as `nats://host:4222`; for texts that people see. */
export function shownServers(servers: string): string {
  return servers
    .split(",")
    .map((text) => withoutSecret(text.trim()))
    .join(", ");
}

function shownServer({ isTls, host, port }: Server): string {
  return `${isTls ? "tls" : "nats"}://${host}:${port}`;
}

/** What stands before the last `@` may be a secret, however damaged the rest is. */
function withoutSecret(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, "$1");
}

function readServer(text: string): Server {
  const url = urlOf(text);
  const isPlain = url && ["", "/"].includes(url.pathname) && !url.search && !url.hash;
  if (!url?.hostname || !isPlain || !SCHEMES.includes(url.protocol)) refuseServer(text);
  return {
    host: url.hostname,
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    isTls: url.protocol === "tls:",
    user: decoded(url.username, text),
    password: decoded(url.password, text),
  };
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `nats://${text}`);
  } catch {
    return undefined;
  }
}

function decoded(part: string, text: string): string | undefined {
  try {
    return part === "" ? undefined : decodeURIComponent(part);
  } catch {
    return refuseServer(text);
  }
}

function refuseServer(text: string): never {
  throw new NightjarError(
    "bad-usage",
    `NATS: "${withoutSecret(text)}" is no address of a server`,
    "nats://host:4222 or tls://host:4222; several with commas between them",
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
  if (user === undefined && password === undefined) return [];
  return user !== undefined && password === undefined
    ? [tokenAuthenticator(user)]
    : [usernamePasswordAuthenticator(user ?? "", password)];
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
