/**
 * An entry of `connection.resolve`, as curl has it: `HOST:PORT:ADDRESS[,ADDRESS…]`. The port may be
 * `*`; IPv6 stands in brackets.
 *
 *     shop.example:443:10.0.0.7,[fd00::7]        shop.example:*:127.0.0.1
 */
import type { Authority } from "./authority.ts";
import { ipFamilyOf, withBrackets, withoutBrackets } from "./ip-address.ts";
import { refuse } from "./plan-load.ts";

export interface ResolveEntry {
  readonly host: string;
  readonly port: number | "*";
  readonly addresses: readonly string[];
}

const FORM = "write HOST:PORT:ADDRESS[,ADDRESS…], an IPv6 address in brackets";
const PARTS = /^(\[[^\]]*\]|[^:[\]]+):([^:]*):(.*)$/;

/** Throws `bad-plan` with what is wrong with it. */
export function parseResolveEntry(text: string, where: string): ResolveEntry {
  const [, host, port, addresses] = PARTS.exec(text) ?? [];
  if (addresses === undefined) refuse(where, `${JSON.stringify(text)} is no such entry`, FORM);
  return {
    host: hostIn(host, where),
    port: portIn(port, where),
    addresses: addresses.split(",").map((address) => addressIn(address, where)),
  };
}

/** As the URL of a target has it: in lower case, and Unicode as ASCII. */
function hostIn(text: string, where: string): string {
  const url = URL.parse(`http://${text}/`);
  if (url === null) refuse(where, `"${text}" is not the name of a host`, FORM);
  return withoutBrackets(url.hostname);
}

function portIn(text: string, where: string): number | "*" {
  if (text === "*") return text;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  return refuse(where, `a port is 1 to 65535, or * for all, found "${text}"`, FORM);
}

function addressIn(text: string, where: string): string {
  const bare = withoutBrackets(text);
  const family = ipFamilyOf(bare);
  const isBracketed = bare !== text;
  if (family !== undefined && isBracketed === (family === "ipv6")) return bare;
  if (family === "ipv4") refuse(where, `an IPv4 address has no brackets, found "${text}"`, FORM);
  const found = text === "" ? "nothing" : `"${text}"`;
  return refuse(where, `an address is wanted, not a name, found ${found}`, FORM);
}

/** The entry for that host and port itself, else that for all its ports; −1: none. */
export function resolveIndexOf(
  entries: readonly ResolveEntry[],
  { host, port }: Pick<Authority, "host" | "port">,
): number {
  const exact = entries.findIndex((entry) => entry.host === host && entry.port === port);
  return exact >= 0 ? exact : entries.findIndex((one) => one.host === host && one.port === "*");
}

export function entryName({ host, port }: ResolveEntry): string {
  return `${withBrackets(host)}:${port}`;
}
