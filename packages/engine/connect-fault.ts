/** Why a connection did not come about, at whatever kind of address. */
import type { ConnectDoctor, ConnectFailure } from "@nightjar/host/connect-failure.ts";
import type { Endpoint } from "./endpoint.ts";

const OF_UNIX_SOCKETS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  EACCES: "it may not be opened",
  ENOTDIR: "a part of its path is no folder",
};

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
    return { kind: "connect-refused", sentence: `${address}: nobody listens at this socket` };
  }
  const reason = OF_UNIX_SOCKETS[code] ?? "no connection";
  return { kind: "connect-failed", sentence: `${address}: ${reason} (${code})` };
}
