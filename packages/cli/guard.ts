/** Not everybody's machine is a target: fast load at a public address wants a second look. */
import { BlockList, isIPv4 } from "node:net";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan.ts";

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

/**
 * Throws `refused` for a rate above 1,000/s (or max) at a public address, unless the person has
 * said yes.
 */
export function guardTarget(plan: Plan, addresses: readonly string[], yes: boolean): void {
  const { rate } = plan.load;
  const careful = rate === "max" || rate > CAREFUL_RATE_PER_S;
  const foreign = addresses.find((address) => !isLoopbackOrPrivate(address));
  if (yes || !careful || foreign === undefined) return;
  const how = rate === "max" ? "as fast as it answers" : `at ${rate}/s`;
  const [{ url }] = plan.targets;
  throw new NightjarError(
    "refused",
    `${url} is at ${foreign}, which is neither loopback nor private, and would be loaded ${how}`,
    "if that machine is yours to load, say --yes",
  );
}
