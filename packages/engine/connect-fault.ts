/** Why a connection did not come about, at whatever kind of address. */
import type { ConnectDoctor, ConnectFailure } from "@nightjar/host/connect-failure.ts";
import type { Endpoint } from "./endpoint.ts";

/** Bun 1.4.5 tells these apart, and calls all others ECONNREFUSED. */
const OF_UNIX_SOCKETS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  EACCES: "it may not be opened",
};

const REFUSED = "refused (nobody listens there, its queue is full, or no file may be opened)";

/** `code` as the system spells it. */
export function connectFault(
  doctor: ConnectDoctor,
  endpoint: Endpoint,
  code: string,
  nowNs: number,
): ConnectFailure {
  if (endpoint.port > 0) return doctor.failure(code, endpoint, nowNs);
  const { address } = endpoint;
  if (code === "ECONNREFUSED") {
    return { kind: "connect-refused", sentence: `${address}: ${REFUSED}` };
  }
  const reason = OF_UNIX_SOCKETS[code] ?? "no connection";
  return { kind: "connect-failed", sentence: `${address}: ${reason} (${code})` };
}
