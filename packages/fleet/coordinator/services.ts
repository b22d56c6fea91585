/** Services that a generator drives for an agent: each of them takes one run at a time. */
import { NightjarError } from "@nightjar/core/errors.ts";

/** `localhost`, `127.0.0.1` and `[::1]`: another one beside each agent. */
const BESIDE = /^(localhost|127(\.\d+){3}|\[::1\]):\d+$/i;

/** Throws `bad-plan` where several agents would drive the same one. */
export function refuseShared(addresses: readonly string[], agents: number): void {
  const shared = addresses.find((address) => !BESIDE.test(address));
  if (shared === undefined || agents === 1) return;
  throw new NightjarError(
    "bad-plan",
    `generatorAddresses: each of ${agents} agents would drive the service at ${shared}, ` +
      "which takes one run at a time",
    "by --agents 1 one agent drives all of them; localhost:PORT is a service beside each agent",
  );
}
