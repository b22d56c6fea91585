/**
 * An HTTP/1.1 connection, from before it is open to its end.
 *
 *     opening ──open──▶ exchanging ──answer read──▶ idle ──send──▶ exchanging
 *        │                  │ close, fault, timeout     │ close, bytes that nobody asked for
 *        └──────────────────┴───────────▶ gone ◀────────┘
 *
 * A connection whose end has been read is never used again. One that ends after our write and
 * before the first byte of the answer has failed its exchange (`closed-before-answer`), which is
 * never sent twice.
 */
import type { FailureKind } from "@nightjar/core/record/tally.ts";
import type { ConnectFailure } from "@nightjar/host/connect-failure.ts";
import type { Endpoint } from "../../endpoint.ts";
import type { Slot } from "../../slot.ts";
import { isOfTls, openSocket, type Socket, type SocketOwner } from "../../socket.ts";
import type { RequestTemplate } from "./request-template.ts";
import type { ResponseParser } from "./response-parser.ts";
import { TunnelOpening, type TunnelUser } from "./tunnel.ts";

/** Shared by all connections of a worker. Lists go by target. */
export interface ConnectionSettings {
  readonly requests: readonly RequestTemplate[];
  readonly makeParser: () => ResponseParser;
  /** A connection is closed after so many exchanges; infinity: never. */
  readonly exchangesMax: number;
}

/** The slot that has it. */
export interface ConnectionHolder extends Slot {
  readonly settings: ConnectionSettings;
  /** No connection to that address came about. */
  avoid(route: number, endpoint: Endpoint): void;
  /** Tries another address for the exchange, which was not sent. False: all were tried. */
  retry(route: number): boolean;
  explain(endpoint: Endpoint, code: string): ConnectFailure;
  /** The connection is gone; the next exchange of its route opens another. */
  detach(route: number): void;
}

type Stage = "opening" | "idle" | "exchanging";

const EMPTY = new Uint8Array(0);

export class Connection implements TunnelUser {
  /** `null` once this connection is gone: what still comes from the socket concerns nobody. */
  private slot: ConnectionHolder | null;
  private socket: Socket<SocketOwner> | null = null;
  private readonly parser: ResponseParser;
  private stage: Stage = "opening";
  /** The number of its address in the account of backends. */
  readonly backend: number;
  /** So many exchanges more. */
  private left: number;
  /** An exchange waits for it to open: from the beginning, or for the rest of the way. */
  private awaited: "whole" | "rest" | null;
  /** The rest of a request that the kernel did not take at once. */
  private unwritten = EMPTY;

  constructor(
    slot: ConnectionHolder,
    { makeParser, exchangesMax }: ConnectionSettings,
    /** Its place in the slot. */
    private readonly route: number,
    private readonly endpoint: Endpoint,
    isAwaited: boolean,
  ) {
    this.slot = slot;
    this.awaited = isAwaited ? "whole" : null;
    this.parser = makeParser();
    this.left = exchangesMax;
    this.backend = slot.events.backend(endpoint.name);
  }

  open(): void {
    const { endpoint } = this;
    const { tunnel } = endpoint;
    openSocket(endpoint, tunnel === null ? this : new TunnelOpening(tunnel, this));
  }

  get isOpening(): boolean {
    return this.stage === "opening";
  }

  /** The slot's exchange needs it, which is being opened already. */
  await(): void {
    this.awaited = "rest";
  }

  get session(): Uint8Array | null {
    return this.endpoint.session;
  }

  onSession(session: Uint8Array): void {
    if (this.slot && this.stage !== "opening") this.endpoint.keepSession(session);
  }

  /** It may have been abandoned while it was being opened. */
  onTcp(socket: Socket<SocketOwner>): void {
    const { slot } = this;
    if (!slot) {
      socket.terminate();
      return;
    }
    this.socket = socket;
    if (this.awaited === "whole") slot.events.tcpOpen(slot);
  }

  onAsked(bytes: number): void {
    this.slot?.events.bytesSent(bytes);
  }

  onProxyBytes(bytes: number): void {
    this.slot?.events.bytesReceived(bytes);
  }

  onTunnel(): void {
    const { slot } = this;
    if (this.awaited === "whole") slot?.events.tunnelOpen(slot);
  }

  onProxyFault(sentence: string): void {
    const { slot, endpoint } = this;
    if (!slot) return;
    slot.events.connectionFailed();
    this.fail(slot, "proxy", `the proxy ${endpoint.label}: ${sentence}`);
  }

  onUpgrade(socket: Socket<SocketOwner>): void {
    this.socket = socket;
  }

  onOpen(socket: Socket<SocketOwner>): void {
    const { slot, endpoint } = this;
    if (!slot) return;
    if (endpoint.secure && socket.isSessionReused()) slot.events.resumed();
    if (this.awaited === null) {
      this.stage = "idle";
      slot.events.prefetched();
      return;
    }
    // How long TCP and TLS took is not known of an exchange that came in between.
    slot.events.connected(slot, endpoint.secure && this.awaited === "whole");
    this.send();
  }

  send(): void {
    const { slot, socket } = this;
    if (!slot || !socket) return;
    const request = slot.settings.requests[slot.target];
    this.parser.next(request.head);
    this.stage = "exchanging";
    slot.backend = this.backend;
    request.render(slot.i);
    slot.events.sending(slot);
    const { bytes, length } = request;
    const written = socket.write(bytes, 0, length);
    if (written === length) slot.events.bytesSent(written);
    else this.keepRest(bytes, written, length);
  }

  /**
   * The template is shared and will be rendered anew, so the rest is copied. A socket that is no
   * more says −1, and closes.
   */
  private keepRest(bytes: Uint8Array, written: number, length: number): void {
    if (written < 0) return;
    this.slot?.events.bytesSent(written);
    this.unwritten = bytes.slice(written, length);
  }

  onDrain(socket: Socket<SocketOwner>): void {
    if (this.unwritten.length === 0) return;
    const written = socket.write(this.unwritten);
    if (written <= 0) return;
    this.slot?.events.bytesSent(written);
    this.unwritten = this.unwritten.subarray(written);
  }

  onData(_socket: Socket<SocketOwner>, chunk: Uint8Array): void {
    const { slot, parser } = this;
    if (!slot) return;
    slot.events.bytesReceived(chunk.length);
    if (this.stage !== "exchanging") {
      this.leave(slot, "terminate");
      return;
    }
    const first = !parser.begun;
    const stopped = parser.feed(chunk, 0);
    if (parser.done) this.answer(slot, stopped < chunk.length);
    else if (parser.fault !== null)
      this.fail(slot, "protocol", `the response breaks HTTP: ${parser.fault}`);
    else if (first) slot.firstByteNs = slot.events.now();
  }

  /**
   * `surplus`: more bytes came than the response has, so nothing on this connection can be trusted
   * any more. An answer that did not wait for the whole request ends it too (RFC 9112 §9.3).
   */
  private answer(slot: ConnectionHolder, surplus: boolean): void {
    this.stage = "idle";
    const isLast = --this.left <= 0;
    if (this.parser.close && !isLast) slot.events.closedByServer();
    if (surplus || this.unwritten.length > 0) this.leave(slot, "terminate");
    else if (this.parser.close || isLast) this.leave(slot, "end");
    this.report(slot);
  }

  private report(slot: ConnectionHolder): void {
    const { status, rejection, recorded, sizes } = this.parser;
    slot.recorded = recorded;
    slot.sizes = sizes;
    if (rejection === null) slot.events.answered(slot, status);
    else slot.events.rejected(slot, status, rejection);
  }

  onClose(_socket: Socket<SocketOwner>, error: Error | undefined): void {
    const { slot, parser } = this;
    if (!slot) return;
    if (this.stage === "opening") {
      this.failHandshake(slot, error ? error.message : "the connection ended within it");
      return;
    }
    const ends = this.stage === "exchanging" && !error && parser.end();
    if (!ends || this.left > 1) slot.events.closedByServer();
    if (ends) {
      this.leave(slot, "end");
      this.report(slot);
    } else if (this.stage === "idle") {
      this.leave(slot, "end");
    } else {
      this.fail(slot, ...this.describeClose(error));
    }
  }

  private describeClose(error: Error | undefined): [FailureKind, string] {
    const { label } = this.endpoint;
    if (error && isOfTls(error)) return ["tls", `TLS with ${label}: ${error.message}`];
    if (error) return ["reset", `${label} reset the connection: ${error.message}`];
    if (this.parser.begun) return ["closed-mid-answer", "the connection ended within the answer"];
    return ["closed-before-answer", "the connection ended before the answer"];
  }

  onConnectError(code: string, _message: string): void {
    const { slot, route, endpoint } = this;
    if (!slot) return;
    slot.events.connectionFailed();
    slot.avoid(route, endpoint);
    this.slot = null;
    if (this.awaited === null) {
      slot.detach(route);
      return;
    }
    if (slot.retry(route)) return;
    this.slot = slot;
    const { kind, sentence } = slot.explain(endpoint, code);
    this.fail(slot, kind, sentence);
  }

  onTlsError(_socket: Socket<SocketOwner>, message: string): void {
    if (this.slot) this.failHandshake(this.slot, message);
  }

  private failHandshake(slot: ConnectionHolder, message: string): void {
    slot.events.connectionFailed();
    this.fail(slot, "tls", `TLS with ${this.endpoint.label}: ${message}`);
  }

  /** The next exchange opens another, where none has waited for this one. */
  private fail(slot: ConnectionHolder, kind: FailureKind, sample: string): void {
    const isMissed = this.stage === "exchanging" || this.awaited !== null;
    this.leave(slot, "terminate");
    if (isMissed) slot.events.failed(slot, kind, sample);
  }

  /** Its exchange has waited for too long. */
  abandon(): void {
    const { slot, route, endpoint } = this;
    if (slot && this.stage === "opening") slot.avoid(route, endpoint);
    this.close();
  }

  close(): void {
    if (this.slot) this.leave(this.slot, "terminate");
  }

  private leave(slot: ConnectionHolder, how: "end" | "terminate"): void {
    this.slot = null;
    slot.detach(this.route);
    if (how === "end") this.socket?.end();
    else this.socket?.terminate();
    this.socket = null;
  }
}
