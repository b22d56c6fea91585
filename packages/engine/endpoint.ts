/** Endpoint: an address that connections are made to, and how they speak there. */
import { hostPortOf } from "@nightjar/core/plan/authority.ts";
import type { Passage, Tunnel } from "./passage.ts";
import type { Place, TLSOptions } from "./socket.ts";

export class Endpoint implements Place {
  readonly port: number;
  readonly tls: TLSOptions | undefined;
  readonly tunnel: Tunnel | null;
  /** TLS stands before a request is sent. */
  readonly secure: boolean;
  /** The newest TLS session that a server here has given, to be resumed. */
  session: Uint8Array | null = null;
  private readonly resumption: boolean;

  constructor(
    readonly address: string,
    /** As the account of backends calls it. */
    readonly name: string,
    { port, tls, tunnel, resumption }: Passage,
  ) {
    this.port = port;
    this.tls = tls;
    this.tunnel = tunnel;
    this.secure = tls !== undefined || tunnel !== null;
    this.resumption = resumption;
  }

  keepSession(session: Uint8Array): void {
    if (this.resumption) this.session = session;
  }

  /** `10.0.0.7:443`, `[::1]:443`, or the path of a Unix socket. */
  get label(): string {
    if (this.port === 0) return this.address;
    return hostPortOf({ host: this.address, port: this.port });
  }
}
