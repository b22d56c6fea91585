/** Not everybody's machine is a target: fast load at a public address wants a second look. */
import { BlockList, isIPv4 } from "node:net";
import { NightjarError } from "@nightjar/core/errors.ts";
import { type Authority, authorityOf } from "@nightjar/core/plan/authority.ts";
import { ipFamilyOf } from "@nightjar/core/plan/ip-address.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";

const CAREFUL_RATE_PER_S = 1000;

/** This host, loopback, private (RFC 1918, RFC 4193) and link-local. */
const OURS_V4 = [
  ...["0.0.0.0/32", "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  "169.254.0.0/16",
];
const OURS_V6 = ["::/128", "::1/128", "fc00::/7", "fe80::/10"];

const ours = new BlockList();
for (const subnet of OURS_V4) addSubnet(subnet, "ipv4");
for (const subnet of OURS_V6) addSubnet(subnet, "ipv6");

function addSubnet(subnet: string, family: "ipv4" | "ipv6"): void {
  const [address, bits] = subnet.split("/");
  ours.addSubnet(address, Number(bits), family);
}

/** An IPv4 address inside IPv6 counts as itself; a zone (`%eth0`) says nothing here. */
export function isLoopbackOrPrivate(address: string): boolean {
  const bare = address.replace(/%.*$/, "");
  return ours.check(bare, isIPv4(bare) ? "ipv4" : "ipv6");
}

/** Behind a proxy: only what surely is ours, since the proxy alone knows where others are. */
function isSurelyOurs({ host }: Authority): boolean {
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  return ipFamilyOf(host) !== undefined && isLoopbackOrPrivate(host);
}

/** Where load goes that is not ours, in words. `addresses`: all that packets are sent to. */
function foreignOf(plan: Plan, addresses: readonly string[]): string | undefined {
  const { connection, targets } = plan;
  const foreign = addresses.find((address) => !isLoopbackOrPrivate(address));
  const neither = "neither loopback nor private";
  if (foreign !== undefined) {
    const whole = targets.length === 1 ? targets[0].url : "a target of the plan";
    return `${connection.proxy ?? whole} is at ${foreign}, which is ${neither}`;
  }
  if (connection.proxy === undefined) return undefined;
  const beyond = targets.find(({ url }) => !isSurelyOurs(authorityOf(new URL(url))));
  return beyond && `${beyond.url} is behind a proxy, and for all that is known here ${neither}`;
}

/**
 * Throws `refused` for a rate above 1,000/s (or max) at a public address, unless the person has
 * said yes.
 */
export function guardTarget(plan: Plan, addresses: readonly string[], yes: boolean): void {
  const { rate } = plan.load;
  const careful = rate === "max" || rate > CAREFUL_RATE_PER_S;
  if (yes || !careful) return;
  const foreign = foreignOf(plan, addresses);
  if (foreign === undefined) return;
  const how = rate === "max" ? "as fast as it answers" : `at ${rate}/s`;
  throw new NightjarError(
    "refused",
    `${foreign}, and would be loaded ${how}`,
    "if that machine is yours to load, say --yes",
  );
}
