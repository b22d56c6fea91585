/** Passage: what the bytes to one authority pass through, the same at each address. */
import { type Authority, authorityOf, hostPortOf } from "@nightjar/core/authority.ts";
import type { Plan } from "@nightjar/core/plan.ts";
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
export function passageTo(end: Authority, plan: Plan, tls: TLSOptions): Passage {
  const { connection } = plan;
  const { sni, resumption } = plan.tls;
  const secured = end.secure ? { ...tls, serverName: sni ?? end.host } : undefined;
  if (connection.proxy === undefined) {
    const port = connection.unix === undefined ? end.port : 0;
    return { port, tls: secured, tunnel: null, resumption };
  }
  const { port } = authorityOf(new URL(connection.proxy));
  const tunnel = secured ? { request: connectRequest(end, connection), tls: secured } : null;
  return { port, tls: undefined, tunnel, resumption };
}

/** RFC 9110 §9.3.6. Values of headers are Latin-1. */
function connectRequest(end: Authority, { proxyHeaders }: Plan["connection"]): Uint8Array {
  const target = hostPortOf(end);
  const headers = Object.entries(proxyHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${headers.join("")}\r\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
