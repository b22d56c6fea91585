/** Passage: what the bytes to one authority pass through, the same at each address. */
import { type Authority, authorityOf } from "@nightjar/core/plan/authority.ts";
import type { Order } from "@nightjar/core/run/load-generator.ts";
import { connectRequest } from "./protocols/http1/connect-request.ts";
import type { TLSOptions } from "./socket.ts";

/** A proxy opens a tunnel where it is asked to; TLS begins inside it. */
export interface Tunnel {
  /** The CONNECT request. */
  readonly request: Uint8Array;
  readonly tls: TLSOptions;
}

export interface Passage {
  /** 0: addresses are paths of Unix sockets. */
  readonly port: number;
  /** From the first byte. `undefined`: cleartext, at first. */
  readonly tls: TLSOptions | undefined;
  readonly tunnel: Tunnel | null;
  /** A new connection may resume the TLS session of one before it. */
  readonly resumption: boolean;
}

/** `tls`: settings for a server of any name. */
export function passageTo(end: Authority, order: Order, tls: TLSOptions): Passage {
  const { plan } = order;
  const { connection } = plan;
  const { sni, resumption } = plan.tls;
  const secured = end.secure ? { ...tls, serverName: sni ?? end.host } : undefined;
  if (connection.proxy === undefined) {
    const port = connection.unix === undefined ? end.port : 0;
    return { port, tls: secured, tunnel: null, resumption };
  }
  const { port } = authorityOf(new URL(connection.proxy));
  const tunnel = secured ? { request: connectRequest(end, order), tls: secured } : null;
  return { port, tls: undefined, tunnel, resumption };
}
