/**
 * A tunnel through a forward proxy (RFC 9110 §9.3.6), from the TCP connection to the proxy up to
 * where TLS with the target begins inside. What is after that concerns the tunnel's user alone.
 *
 *     TCP ──CONNECT──▶ asked ──2xx──▶ TLS begins
 *                        │ another status, bytes too many, the end: a failure of the proxy
 */
import type { Tunnel } from "../../passage.ts";
import { type Socket, type SocketOwner, upgradeSocket } from "../../socket.ts";
import { ResponseParser } from "./response-parser.ts";

export interface TunnelUser extends SocketOwner {
  /** CONNECT has left. */
  onAsked(bytes: number): void;
  onProxyBytes(bytes: number): void;
  /** The tunnel is open; TLS begins. */
  onTunnel(): void;
  /** There will be no tunnel. */
  onProxyFault(sentence: string): void;
}

export class TunnelOpening implements SocketOwner {
  readonly session = null;
  private readonly parser = new ResponseParser();
  private unwritten: Uint8Array;

  constructor(
    private readonly tunnel: Tunnel,
    private readonly user: TunnelUser,
  ) {
    this.unwritten = tunnel.request;
    this.parser.next(true);
  }

  onTcp(socket: Socket<SocketOwner>): void {
    this.user.onTcp(socket);
  }

  onOpen(socket: Socket<SocketOwner>): void {
    this.onDrain(socket);
  }

  onDrain(socket: Socket<SocketOwner>): void {
    if (this.unwritten.length === 0) return;
    const written = socket.write(this.unwritten);
    if (written <= 0) return;
    this.user.onAsked(written);
    this.unwritten = this.unwritten.subarray(written);
  }

  /** An answer to CONNECT has no body where it opens the tunnel, whatever its headers say. */
  onData(socket: Socket<SocketOwner>, chunk: Uint8Array): void {
    const { parser, user } = this;
    user.onProxyBytes(chunk.length);
    const stopped = parser.feed(chunk, 0);
    if (parser.fault !== null) {
      user.onProxyFault(`its answer to CONNECT breaks HTTP: ${parser.fault}`);
    } else if (parser.done) this.answered(socket, stopped < chunk.length);
  }

  private answered(socket: Socket<SocketOwner>, surplus: boolean): void {
    const { user, parser, tunnel } = this;
    if (parser.status < 200 || parser.status > 299) {
      user.onProxyFault(`it answered CONNECT with status ${parser.status}`);
    } else if (surplus) {
      user.onProxyFault("it sent more than its answer to CONNECT, before TLS had begun");
    } else {
      user.onTunnel();
      upgradeSocket(socket, tunnel.tls, user);
    }
  }

  onClose(_socket: Socket<SocketOwner>, error: Error | undefined): void {
    const how = error ? `: ${error.message}` : "";
    this.user.onProxyFault(`it ended the connection before it had answered CONNECT${how}`);
  }

  onConnectError(code: string, message: string): void {
    this.user.onConnectError(code, message);
  }

  onUpgrade(): void {}

  onTlsError(): void {}

  onSession(): void {}
}
