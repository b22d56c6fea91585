/** How a plan connects: its proxy, its addresses, and what contradicts itself. */
import { type Authority, authorityOf, hostPortOf } from "./authority.ts";
import { FAMILY_NAMES, ipFamilyOf } from "./ip-address.ts";
import { refuse } from "./plan-load.ts";
import type { ParsedDocument } from "./plan-schema.ts";
import { FRAMING_HEADER } from "./plan-target.ts";
import {
  entryName,
  parseResolveEntry,
  type ResolveEntry,
  resolveIndexOf,
} from "./resolve-entry.ts";
import { didYouMean } from "./suggest.ts";
import type { Target } from "./target-schema.ts";
import { proxyTextsOf } from "./target-text.ts";

type Connection = ParsedDocument["connection"];
type Tls = ParsedDocument["tls"];

/** The forward proxy's URL in its normal form. Throws `bad-plan`. */
export function parseProxyUrl(text: string): URL {
  const where = "connection.proxy";
  const url = text.includes("://") ? URL.parse(text) : null;
  if (url === null) {
    const isNear = !/@|:\/\//.test(text) && URL.canParse(`http://${text}`);
    const hint = isNear ? `did you mean http://${text}?` : "write it like http://host:port";
    refuse(where, "not an absolute URL", hint);
  }
  if (url.username || url.password) {
    const hint = "send a header: --proxy-header 'Proxy-Authorization: …'";
    refuse(where, "credentials in a URL would show in results", hint);
  }
  if (url.protocol !== "http:") {
    refuse(where, `a proxy is spoken to in cleartext HTTP, found ${url.protocol}//`, HTTP_PROXY);
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    refuse(where, `a proxy has no path, found ${url.pathname}${url.search}${url.hash}`);
  }
  return url;
}

const HTTP_PROXY = "http:// is allowed; it carries https:// targets too, by CONNECT";

/** What connections are made to: the proxy, or the authorities of the targets. */
function placesOf({ proxy }: Connection, targets: readonly Target[]): Authority[] {
  const urls = proxy === undefined ? targets.map(({ url }) => url) : [proxy];
  return urls.map((url) => authorityOf(new URL(url)));
}

function checkUnix({ unix, proxy, resolve, addressFamily }: Connection): void {
  if (unix === undefined) return;
  const others = {
    "connection.proxy": proxy !== undefined,
    "connection.resolve": resolve.length > 0,
    "connection.addressFamily": addressFamily !== "any",
  };
  for (const [where, isThere] of Object.entries(others)) {
    if (isThere) refuse(where, "it contradicts connection.unix, which leaves no address to choose");
  }
}

function checkReuse({ keepAlive, maxRequests }: Connection): void {
  if (keepAlive || maxRequests === undefined) return;
  refuse("connection.maxRequests", "without keep-alive a connection has one exchange anyway");
}

function checkProxyHeaders({ proxy, proxyHeaders }: Connection): void {
  const names = Object.keys(proxyHeaders);
  if (proxy === undefined && names.length > 0) {
    refuse("connection.proxyHeaders", `there is no proxy that "${names[0]}" could be sent to`);
  }
  proxyTextsOf(proxyHeaders);
  const framing = names.find((name) => FRAMING_HEADER.test(name) || /^host$/i.test(name));
  if (framing === undefined) return;
  refuse("connection.proxyHeaders", `"${framing}" is set by Nightjar, since it frames the request`);
}

/** Each entry is of use: it is not given twice, and a connection is made to where it says. */
function checkResolve(connection: Connection, places: readonly Authority[]): void {
  const entries = connection.resolve.map((text, index) =>
    parseResolveEntry(text, `connection.resolve[${index}]`),
  );
  const names = entries.map(entryName);
  const used = new Set(places.map((place) => resolveIndexOf(entries, place)));
  const whose = connection.proxy === undefined ? "target" : "proxy";
  for (const [index, name] of names.entries()) {
    const where = `connection.resolve[${index}]`;
    if (names.indexOf(name) < index) refuse(where, `${name} is given twice`);
    if (used.has(index)) continue;
    const wanted = [...new Set(places.map(hostPortOf))];
    refuse(
      where,
      `no ${whose} is at ${name}${didYouMean(name, wanted)}`,
      `found: ${wanted.join(", ")}`,
    );
  }
}

/** Who is called by an address must have one of the family that is wanted. */
function checkFamily({ addressFamily, resolve }: Connection, places: readonly Authority[]): void {
  if (addressFamily === "any") return;
  const entries: ResolveEntry[] = resolve.map((text) => parseResolveEntry(text, ""));
  for (const place of places) {
    const entry = entries[resolveIndexOf(entries, place)];
    const addresses = entry?.addresses ?? [place.host];
    if (addresses.some((one) => (ipFamilyOf(one) ?? addressFamily) === addressFamily)) continue;
    const wanted = FAMILY_NAMES[addressFamily];
    const found = addresses.join(", ");
    refuse(
      "connection.addressFamily",
      `no ${wanted} address for ${hostPortOf(place)}, only ${found}`,
    );
  }
}

export function resolveConnection({ connection }: ParsedDocument, targets: Target[]): Connection {
  checkUnix(connection);
  checkReuse(connection);
  checkProxyHeaders(connection);
  const { proxy } = connection;
  const normal =
    proxy === undefined ? connection : { ...connection, proxy: parseProxyUrl(proxy).origin };
  const places = placesOf(normal, targets);
  checkResolve(normal, places);
  checkFamily(normal, places);
  return normal;
}

/**
 * What would be of no use where nobody speaks TLS. `insecure` is left out: it permits, and wants
 * nothing.
 */
function checkUse(tls: Tls, targets: readonly Target[]): void {
  if (targets.some(({ url }) => url.startsWith("https:"))) return;
  const { caCert, sni, cert, key } = tls;
  const min = tls.min === "1.2" ? undefined : tls.min;
  const resumption = tls.resumption ? undefined : false;
  const wanted = Object.entries({ caCert, sni, min, cert, key, resumption });
  const unused = wanted.find(([, value]) => value !== undefined);
  if (unused === undefined) return;
  refuse(`tls.${unused[0]}`, "no target is https://, so nothing speaks TLS");
}

export function resolveTls({ tls }: ParsedDocument, targets: readonly Target[]): Tls {
  if (tls.cert !== undefined && tls.key === undefined) {
    refuse("tls.cert", "a certificate without its private key, tls.key, proves nothing");
  }
  if (tls.key !== undefined && tls.cert === undefined) {
    refuse("tls.key", "a private key without its certificate, tls.cert, proves nothing");
  }
  checkUse(tls, targets);
  return tls;
}
