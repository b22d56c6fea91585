/**
 * A TCP relay that delays, slows, cuts and tears, for tests that need a network that misbehaves.
 * Every byte arrives in its order and once, or the connection is torn; a lost packet is a delay
 * here.
 *
 * The relay accepts before it has reached the target: a target that refuses shows as a torn
 * connection, and the handshake is never delayed.
 */
import type { SocketHandler, TCPSocketListener } from "bun";
import { type Conditions, Lane, type RelaySocket } from "./relay-lane.ts";

export interface Endpoint {
  hostname: string;
  port: number;
}

export interface RelayOptions {
  target: Endpoint;
  delayToTargetMs?: number;
  delayToClientMs?: number;
}

export interface CutOptions {
  /** Connections that exist are torn (RST), or go silent until the network is healed. */
  existing?: "reset" | "silence";
  /** New ones are refused, or accepted and then ignored until the network is healed. */
  fresh?: "refuse" | "blackhole";
}

export interface Delays {
  toTargetMs?: number;
  toClientMs?: number;
}

export interface Relay {
  /** On 127.0.0.1; the same after a cut. */
  port: number;
  /** Connections that are not over. */
  readonly connections: number;
  cut(options?: CutOptions): void;
  /** Undoes a cut: what was silent goes on where it stopped. */
  heal(): void;
  /** Tears all connections, once. */
  reset(): void;
  /** Bytes per second, each connection and direction; Infinity undoes it. */
  slow(bytesPerS: number): void;
  /** For what comes from now on; whole milliseconds, never less. */
  setDelay(delays: Delays): void;
  stop(): Promise<void>;
}

type SocketData = RelaySocket["data"];

/** A client, the target, and a lane each way. */
class Pair {
  readonly lanes: [toTarget: Lane, toClient: Lane];
  private dialled = false;

  constructor(
    client: RelaySocket,
    private readonly target: Endpoint,
    toTarget: Conditions,
    toClient: Conditions,
  ) {
    const ended = () => this.endIfOver();
    this.lanes = [new Lane(toTarget, ended), new Lane(toClient, ended)];
    this.lanes[0].source = client;
    this.lanes[1].sink = client;
  }

  get over(): boolean {
    return this.lanes.every((lane) => lane.over);
  }

  hold(held: boolean): void {
    for (const lane of this.lanes) lane.held = held;
    this.pump();
    if (!held) this.dial();
  }

  pump(): void {
    for (const lane of this.lanes) lane.pump();
  }

  dial(): void {
    if (this.dialled) return;
    this.dialled = true;
    const [from, to] = [this.lanes[1], this.lanes[0]];
    Bun.connect<SocketData>({
      ...this.target,
      allowHalfOpen: true,
      data: { from, to },
      socket: { ...handlers, open: (socket) => this.reached(socket) },
    }).catch(() => this.tear());
  }

  tear(): void {
    const [toTarget, toClient] = this.lanes;
    for (const lane of this.lanes) lane.close();
    toClient.sink?.terminate();
    toTarget.sink?.terminate();
  }

  private endIfOver(): void {
    if (!this.over) return;
    for (const lane of this.lanes) lane.sink?.end();
  }

  private reached(target: RelaySocket): void {
    const [toTarget, toClient] = this.lanes;
    if (this.over) return void target.terminate();
    target.setNoDelay(true);
    toClient.source = target;
    toTarget.sink = target;
    toTarget.pump();
  }
}

/**
 * A socket that we have shut down and that then receives FIN closes at once, without an `end`
 * event; any other way to close is a tearing.
 */
function closed({ from, to }: SocketData, error: Error | undefined): void {
  const clean = error === undefined && to.over;
  to.close();
  from.take(clean ? "end" : "tear");
}

const handlers: SocketHandler<SocketData> = {
  data: (socket, chunk) => socket.data.from.take(chunk),
  drain: (socket) => socket.data.to.drained(),
  end: (socket) => socket.data.from.take("end"),
  close: (socket, error) => closed(socket.data, error),
};

class RunningRelay implements Relay {
  readonly port: number;
  private listener: TCPSocketListener<SocketData> | undefined;
  private readonly pairs = new Set<Pair>();
  private readonly toTarget: Conditions;
  private readonly toClient: Conditions;
  private blackhole = false;

  constructor(private readonly options: RelayOptions) {
    const { delayToTargetMs = 0, delayToClientMs = 0 } = options;
    this.toTarget = { delayMs: delayToTargetMs, bytesPerS: Number.POSITIVE_INFINITY };
    this.toClient = { delayMs: delayToClientMs, bytesPerS: Number.POSITIVE_INFINITY };
    this.listener = this.listen(0);
    this.port = this.listener.port;
  }

  get connections(): number {
    this.forget();
    return this.pairs.size;
  }

  cut({ existing = "reset", fresh = "refuse" }: CutOptions = {}): void {
    if (existing === "reset") this.reset();
    else for (const pair of this.pairs) pair.hold(true);
    this.blackhole = fresh === "blackhole";
    if (fresh === "refuse") this.unlisten();
  }

  heal(): void {
    this.blackhole = false;
    this.listener ??= this.listen(this.port);
    for (const pair of this.pairs) pair.hold(false);
  }

  reset(): void {
    for (const pair of this.pairs) pair.tear();
    this.pairs.clear();
  }

  slow(bytesPerS: number): void {
    this.toTarget.bytesPerS = bytesPerS;
    this.toClient.bytesPerS = bytesPerS;
    for (const pair of this.pairs) pair.pump();
  }

  setDelay({ toTargetMs, toClientMs }: Delays): void {
    this.toTarget.delayMs = toTargetMs ?? this.toTarget.delayMs;
    this.toClient.delayMs = toClientMs ?? this.toClient.delayMs;
  }

  async stop(): Promise<void> {
    this.unlisten();
    this.reset();
  }

  private listen(port: number): TCPSocketListener<SocketData> {
    return Bun.listen<SocketData>({
      hostname: "127.0.0.1",
      port,
      allowHalfOpen: true,
      socket: { ...handlers, open: (socket) => this.accept(socket) },
    });
  }

  private unlisten(): void {
    this.listener?.stop();
    this.listener = undefined;
  }

  private accept(client: RelaySocket): void {
    this.forget();
    client.setNoDelay(true);
    const pair = new Pair(client, this.options.target, this.toTarget, this.toClient);
    client.data = { from: pair.lanes[0], to: pair.lanes[1] };
    this.pairs.add(pair);
    if (this.blackhole) pair.hold(true);
    else pair.dial();
  }

  /** Drops the pairs that are over. */
  private forget(): void {
    for (const pair of this.pairs) if (pair.over) this.pairs.delete(pair);
  }
}

export async function startRelay(options: RelayOptions): Promise<Relay> {
  return new RunningRelay(options);
}
