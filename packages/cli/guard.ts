/** Not everybody's machine is a target: fast load at a public address wants a second look. */
import { isIPv4 } from "node:net";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan.ts";

const CAREFUL_RATE_PER_S = 1000;

const PRIVATE_V4 = [
  [0x7f000000, 8],
  [0x0a000000, 8],
  [0xac100000, 12],
  [0xc0a80000, 16],
  [0xa9fe0000, 16],
] as const;

function isPrivateV4(address: string): boolean {
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return PRIVATE_V4.some(
    ([base, bits]) => Math.floor(value / 2 ** (32 - bits)) === Math.floor(base / 2 ** (32 - bits)),
  );
}

/** Loopback, private (RFC 1918, RFC 4193) and link-local addresses. */
export function isLoopbackOrPrivate(address: string): boolean {
  const mapped = address.replace(/^::ffff:/i, "");
  if (isIPv4(mapped)) return isPrivateV4(mapped);
  return address === "::1" || /^f[cd]/i.test(address) || /^fe[89ab]/i.test(address);
}

/** Throws `refused` for a rate above 1,000/s (or max) at a public address, unless the person has said yes. */
export function guardTarget(plan: Plan, addresses: readonly string[], yes: boolean): void {
  const { rate } = plan.load;
  const careful = rate === "max" || rate > CAREFUL_RATE_PER_S;
  const foreign = addresses.find((address) => !isLoopbackOrPrivate(address));
  if (yes || !careful || foreign === undefined) return;
  const how = rate === "max" ? "as fast as it answers" : `at ${rate}/s`;
  throw new NightjarError(
    "refused",
    `${plan.targets[0].url} is at ${foreign}, which is neither loopback nor private, and would be loaded ${how}`,
    "if that machine is yours to load, say --yes",
  );
}
