/** Exposure: what whoever else reaches a NATS server can do there, if it is not on this machine. */
import type { Access, Endpoint } from "./access.ts";
import type { ServerFacts } from "./greeting.ts";

/** `undefined`: it asks who connects and is encrypted, or nobody else reaches it. */
export function exposureOf(
  { servers, shown, tls }: Pick<Access, "servers" | "shown" | "tls">,
  { isTls, asksWho, wantsCertificate }: ServerFacts,
): string | undefined {
  if (servers.every(isHere)) return undefined;
  const isEncrypted = isTls || tls !== undefined;
  const isAsked = asksWho || wantsCertificate;
  const open = [
    ...(isEncrypted ? [] : ["is not encrypted: orders, with the secrets in them, can be read"]),
    ...(isAsked ? [] : ["asks nobody who he is: whoever reaches it can give agents orders"]),
  ];
  return open.length === 0
    ? undefined
    : `warning: NATS at ${shown.join(", ")} ${open.join("; it ")}`;
}

function isHere({ host }: Endpoint): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}
