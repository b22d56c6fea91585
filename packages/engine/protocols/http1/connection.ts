/**
 * HTTP/1.1: a slot, and the connections that it holds one after another.
 *
 *     opening ──open──▶ exchanging ──answer read──▶ idle ──begin──▶ exchanging
 *        │                  │ close, fault, timeout     │ close, bytes that nobody asked for
 *        └──────────────────┴───────────▶ gone ◀────────┘
 *
 * A connection whose end has been read is never used again. One that ends after our write and
 * before the first byte of the answer has failed its exchange (`closed-before-answer`), which is
 * never sent twice.
 */
import type { FailureKind } from "@nightjar/core/tally.ts";
import { Slot } from "../../slot.ts";
import { type Endpoint, openSocket, type Socket, type SocketOwner } from "../../socket.ts";
import type { EndpointRing } from "./endpoint-ring.ts";
import type { RequestTemplate } from "./request.ts";
import { ResponseParser } from "./response-parser.ts";

export interface Http1Settings {
  /** The addresses of the target, shared by all connections of a worker. */
  readonly endpoints: EndpointRing;
  readonly request: RequestTemplate;
  /** The method is HEAD. */
  readonly head: boolean;
}

type Stage = "opening" | "idle" | "exchanging";

const EMPTY = new Uint8Array(0);

/** Bun 1.4.5 calls every failure to connect ECONNREFUSED, a want of local ports too. */
const REFUSED = "refused the connection (or no local port was left)";

export class Http1Slot extends Slot {
  private connection: Connection | null = null;
  /** Attempts to connect for the exchange at hand. */
  private attempts = 0;

  constructor(readonly settings: Http1Settings) {
    super();
  }

  begin(): void {
    if (this.connection) {
      this.connection.send();
      return;
    }
    this.attempts = 0;
    this.events.connecting(this);
    this.open();
  }

  private open(): void {
    this.attempts++;
    const endpoint = this.settings.endpoints.next(this.events.now());
    this.backend = this.events.backend(endpoint.address);
    this.connection = new Connection(this, endpoint, this.backend);
    openSocket(endpoint, this.connection);
  }

  /** Tries another address for the exchange, which was not sent. False: all were tried. */
  retry(refused: Endpoint): boolean {
    const { endpoints } = this.settings;
    endpoints.refused(refused, this.events.now());
    if (this.attempts >= endpoints.size) return false;
    this.open();
    return true;
  }

  abandon(): void {
    this.connection?.abandon();
    this.connection = null;
  }

  /** The connection is gone; the next exchange opens another. */
  detach(): void {
    this.connection = null;
  }
}

class Connection implements SocketOwner {
  private socket: Socket<SocketOwner> | null = null;
  private readonly parser = new ResponseParser();
  private stage: Stage = "opening";
  /** The rest of a request that the kernel did not take at once. */
  private unwritten = EMPTY;

  constructor(
    /** `null` once this connection is gone: what still comes from the socket concerns nobody. */
    private slot: Http1Slot | null,
    private readonly endpoint: Endpoint,
    private readonly backend: number,
  ) {}

  /** It may have been abandoned while it was being opened. */
  onTcp(socket: Socket<SocketOwner>): void {
    const { slot } = this;
    if (!slot) {
      socket.terminate();
      return;
    }
    this.socket = socket;
    slot.events.tcpOpen(slot);
  }

  onOpen(_socket: Socket<SocketOwner>): void {
    const { slot } = this;
    if (!slot) return;
    slot.events.connected(slot, this.endpoint.tls !== undefined);
    this.send();
  }

  send(): void {
    const { slot, socket } = this;
    if (!slot || !socket) return;
    const { request, head } = slot.settings;
    this.parser.next(head);
    this.stage = "exchanging";
    slot.backend = this.backend;
    request.number(slot.i);
    slot.events.sending(slot);
    const written = socket.write(request.bytes);
    if (written === request.bytes.length) slot.events.bytesSent(written);
    else this.keepRest(request.bytes, written);
  }

  /**
   * The template is shared and will be numbered anew, so the rest is copied. A socket that is no
   * more says −1, and closes.
   */
  private keepRest(bytes: Uint8Array, written: number): void {
    if (written < 0) return;
    this.slot?.events.bytesSent(written);
    this.unwritten = bytes.slice(written);
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
  private answer(slot: Http1Slot, surplus: boolean): void {
    this.stage = "idle";
    if (this.parser.close) slot.events.closedByServer();
    if (surplus || this.unwritten.length > 0) this.leave(slot, "terminate");
    else if (this.parser.close) this.leave(slot, "end");
    slot.events.answered(slot, this.parser.status);
  }

  onClose(_socket: Socket<SocketOwner>, error: Error | undefined): void {
    const { slot, parser } = this;
    if (!slot) return;
    if (this.stage === "opening") {
      this.failHandshake(slot, error ? error.message : "the connection ended within it");
      return;
    }
    slot.events.closedByServer();
    if (this.stage === "idle") {
      this.leave(slot, "end");
    } else if (!error && parser.end()) {
      this.leave(slot, "end");
      slot.events.answered(slot, parser.status);
    } else {
      this.fail(slot, ...this.describeClose(error));
    }
  }

  private describeClose(error: Error | undefined): [FailureKind, string] {
    if (error) return ["reset", `${this.endpoint.address} reset the connection: ${error.message}`];
    if (this.parser.begun) return ["closed-mid-answer", "the connection ended within the answer"];
    return ["closed-before-answer", "the connection ended before the answer"];
  }

  onConnectError(code: string, message: string): void {
    const { slot } = this;
    if (!slot) return;
    const { address, port } = this.endpoint;
    slot.events.connectionFailed();
    this.slot = null;
    if (slot.retry(this.endpoint)) return;
    this.slot = slot;
    if (code === "ECONNREFUSED")
      this.fail(slot, "connect-refused", `${address}:${port} ${REFUSED}`);
    else this.fail(slot, "connect-failed", `${address}:${port} ${code}: ${message}`);
  }

  onTlsError(_socket: Socket<SocketOwner>, message: string): void {
    if (this.slot) this.failHandshake(this.slot, message);
  }

  private failHandshake(slot: Http1Slot, message: string): void {
    const { address, port } = this.endpoint;
    slot.events.connectionFailed();
    this.fail(slot, "tls", `TLS with ${address}:${port}: ${message}`);
  }

  private fail(slot: Http1Slot, kind: FailureKind, sample: string): void {
    this.leave(slot, "terminate");
    slot.events.failed(slot, kind, sample);
  }

  abandon(): void {
    if (this.slot) this.leave(this.slot, "terminate");
  }

  private leave(slot: Http1Slot, how: "end" | "terminate"): void {
    this.slot = null;
    slot.detach();
    if (how === "end") this.socket?.end();
    else this.socket?.terminate();
    this.socket = null;
  }
}
