/** IP addresses as text, without asking the system: the room is pure. */

export type IpFamily = "ipv4" | "ipv6";

export const FAMILY_NAMES: Readonly<Record<IpFamily, string>> = { ipv4: "IPv4", ipv6: "IPv6" };

const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);

const GROUP = /^[\da-fA-F]{1,4}$/;
const GROUPS = 8;

/** `undefined`: not an address. IPv6 stands without brackets and without a zone. */
export function ipFamilyOf(text: string): IpFamily | undefined {
  if (IPV4.test(text)) return "ipv4";
  return text.includes(":") && isIpv6(text) ? "ipv6" : undefined;
}

/** RFC 4291 §2.2: `::` stands once at most, for one group of zeros or several. */
function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map((half, index) => groupsIn(half, index === halves.length - 1));
  const count = groups.reduce((sum, one) => sum + one, 0);
  return halves.length === 1 ? count === GROUPS : count < GROUPS;
}

/** The last two may be written as an IPv4 address. NaN: not groups. */
function groupsIn(half: string, isLast: boolean): number {
  if (half === "") return 0;
  const groups = half.split(":");
  const hasIpv4 = isLast && IPV4.test(groups[groups.length - 1]);
  if (hasIpv4) groups.pop();
  return groups.every((group) => GROUP.test(group))
    ? groups.length + (hasIpv4 ? 2 : 0)
    : Number.NaN;
}

/** `[::1]` → `::1`; a name or an IPv4 address as it is. */
export function withoutBrackets(host: string): string {
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}

/** `::1` → `[::1]`, as it stands before a port. */
export function withBrackets(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
