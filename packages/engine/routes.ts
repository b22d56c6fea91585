/**
 * Routes: where the connections to each target go.
 *
 *     target ──authority──▶ route ──▶ addresses of its host
 *                             │  ──▶ the proxy, which is asked (cleartext) or opens a tunnel (TLS)
 *                             └  ──▶ a Unix socket
 *
 * Targets of one authority share a route; through a proxy all cleartext targets do, since the proxy
 * reads of each request where it shall go.
 */
import { type Authority, authorityOf, hostPortOf } from "@nightjar/core/plan/authority.ts";
import { ipFamilyOf, withBrackets } from "@nightjar/core/plan/ip-address.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { parseResolveEntry, resolveIndexOf } from "@nightjar/core/plan/resolve-entry.ts";
import type { Order } from "@nightjar/core/run/load-generator.ts";
import { Endpoint } from "./endpoint.ts";
import { EndpointRing } from "./endpoint-ring.ts";
import { findHost, Host, systemLookUp } from "./names.ts";
import { type Passage, passageTo } from "./passage.ts";
import { tlsSettings } from "./tls-settings.ts";

export interface Routes {
  readonly rings: readonly EndpointRing[];
  /** Of each target, the place in `rings`. */
  readonly routeOf: readonly number[];
  /** All addresses that packets go to; none for a Unix socket. */
  readonly addresses: readonly string[];
  /** How long it took to look names up, all at the same time. */
  readonly lookupNs: number;
}

/** What makes two targets share connections. */
function keyOf({ connection }: Plan, authority: Authority): string {
  const { secure } = authority;
  if (connection.proxy !== undefined && !secure) return "cleartext through the proxy";
  return `${secure ? "https" : "http"}://${hostPortOf(authority)}`;
}

/** Throws `unknown-host` and `file`. */
export async function findRoutes(order: Order): Promise<Routes> {
  const { plan } = order;
  const authorities = plan.targets.map(({ url }) => authorityOf(new URL(url)));
  const keys = authorities.map((authority) => keyOf(plan, authority));
  const distinct = [...new Set(keys)];
  const ends = distinct.map((key) => authorities[keys.indexOf(key)]);
  const tls = await tlsSettings(order);
  const passages = ends.map((end) => passageTo(end, order, tls));
  const startMs = performance.now();
  const hosts = await findHosts(plan, ends);
  const names = backendNames(passages);
  return {
    rings: passages.map((passage, at) => {
      const make = (address: string) => new Endpoint(address, names(address, passage), passage);
      return new EndpointRing(hosts[at], make, order.share.from);
    }),
    routeOf: keys.map((key) => distinct.indexOf(key)),
    addresses: plan.connection.unix === undefined ? addressesOf(hosts) : [],
    lookupNs: hosts.some((host) => host.isName) ? (performance.now() - startMs) * 1e6 : 0,
  };
}

function addressesOf(hosts: readonly Host[]): string[] {
  return [...new Set(hosts.flatMap(({ addresses }) => addresses))];
}

/** With the port where there are several. */
function backendNames(passages: readonly Passage[]): (address: string, to: Passage) => string {
  const isOnePort = new Set(passages.map(({ port }) => port)).size === 1;
  if (isOnePort) return (address) => address;
  return (address, { port }) => `${withBrackets(address)}:${port}`;
}

/** The host of each end; a name is looked up once. */
function findHosts(plan: Plan, ends: readonly Authority[]): Promise<Host[]> {
  const { unix, proxy, resolve, addressFamily } = plan.connection;
  const entries = resolve.map((text, index) => parseResolveEntry(text, `resolve[${index}]`));
  const isWanted = (address: string) =>
    addressFamily === "any" || ipFamilyOf(address) === addressFamily;
  const lookUp = systemLookUp(addressFamily);
  const byName = new Map<string, Promise<Host>>();
  const findNamed = (name: string) => {
    const known = byName.get(name) ?? findHost(name, lookUp);
    byName.set(name, known);
    return known;
  };
  const find = (end: Authority): Promise<Host> => {
    if (unix !== undefined) return Promise.resolve(new Host(unix, [unix], null));
    const place = proxy === undefined ? end : authorityOf(new URL(proxy));
    const entry = entries[resolveIndexOf(entries, place)];
    if (entry === undefined) return findNamed(place.host);
    return Promise.resolve(new Host(place.host, entry.addresses.filter(isWanted), null));
  };
  return Promise.all(ends.map(find));
}
