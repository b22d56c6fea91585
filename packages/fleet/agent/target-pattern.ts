/**
 * TargetPattern: where an agent may send load to.
 *
 *     shop.example         that name            *.shop.example     every name below it
 *     10.0.0.7  [fd00::7]  that address         10.0.0.0/8         every address in it
 *
 * Each may have a port behind it: `*.shop.example:443`, `[fd00::/8]:8080`.
 */
import { BlockList } from "node:net";
import { NightjarError } from "@nightjar/core/errors.ts";
import { ipFamilyOf } from "@nightjar/core/plan/ip-address.ts";

export interface TargetPattern {
  /** As it was written. */
  readonly text: string;
  readonly port: number | undefined;
  /** Whether it is about addresses, not names. */
  readonly isOfAddresses: boolean;
  /** A name in lower case, or an address without brackets. */
  matches(host: string): boolean;
}

const FORM = "like shop.example, *.shop.example:443, 10.0.0.0/8 or [fd00::/8]:8080";
const NAME = /^(\*\.)?[a-z\d_-]+(\.[a-z\d_-]+)*$/;
const BITS = { ipv4: 32, ipv6: 128 } as const;

/** Throws `bad-usage`. */
export function parseTargetPattern(text: string): TargetPattern {
  const { place, port } = partsOf(text);
  const [address, bits] = place.split(/\/(.*)/s);
  const family = ipFamilyOf(address);
  const known = { text, port };
  if (family !== undefined) {
    const most = BITS[family];
    const list = new BlockList();
    list.addSubnet(address, prefixIn(text, bits ?? String(most), most), family);
    return { ...known, isOfAddresses: true, matches: (host) => isIn(list, host) };
  }
  const name = place.toLowerCase().replace(/\.$/, "");
  if (!NAME.test(name) || looksLikeAddress(name)) refuse(text, "no name and no address");
  return { ...known, isOfAddresses: false, matches: matcherOf(name) };
}

function partsOf(text: string): { place: string; port: number | undefined } {
  const [, bracketed, afterBrackets] = /^\[([^\]]*)\](?::(.*))?$/s.exec(text) ?? [];
  if (bracketed !== undefined) return { place: bracketed, port: portIn(text, afterBrackets) };
  const colons = text.split(":").length - 1;
  if (colons !== 1) return { place: text, port: undefined };
  const [place, port] = text.split(":");
  return { place, port: portIn(text, port) };
}

function portIn(text: string, port: string | undefined): number | undefined {
  if (port === undefined) return undefined;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number >= 1 && number <= 65_535) return number;
  return refuse(text, "a port is 1 to 65535");
}

function prefixIn(text: string, bits: string, most: number): number {
  const number = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  return number <= most ? number : refuse(text, `0 to ${most} bits stand behind the /`);
}

/** `10.0.0` and `10.0.0.256` are meant as addresses. */
function looksLikeAddress(name: string): boolean {
  return /^[\d.]+$/.test(name);
}

function refuse(text: string, fault: string): never {
  throw new NightjarError("bad-usage", `"${text}" is no target: ${fault}`, FORM);
}

function matcherOf(name: string): (host: string) => boolean {
  if (!name.startsWith("*.")) return (host) => bare(host) === name;
  const end = name.slice(1);
  return (host) => bare(host).endsWith(end) && bare(host).length > end.length;
}

/** With the dot of the root a name is the same. */
function bare(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}

/** An IPv4 address inside IPv6 counts as itself; a zone (`%eth0`) says nothing here. */
function isIn(list: BlockList, host: string): boolean {
  const address = host.replace(/%.*$/, "");
  const family = ipFamilyOf(address);
  return family !== undefined && list.check(address, family);
}
