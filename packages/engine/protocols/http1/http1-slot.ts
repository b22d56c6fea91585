/**
 * HTTP/1.1: a slot, which has one exchange at a time and keeps at most one connection to each
 * authority of the plan, opened when an exchange first needs it.
 */
import type { ConnectDoctor, ConnectFailure } from "@nightjar/host/connect-failure.ts";
import { connectFault } from "../../connect-fault.ts";
import type { Endpoint } from "../../endpoint.ts";
import type { EndpointRing } from "../../endpoint-ring.ts";
import { Slot } from "../../slot.ts";
import { Connection, type ConnectionHolder, type ConnectionSettings } from "./connection.ts";

/** Shared by all slots of a worker. */
export interface Http1Settings extends ConnectionSettings {
  /** By target: the place of its route in `rings`. */
  readonly routeOf: readonly number[];
  readonly rings: readonly EndpointRing[];
  readonly doctor: ConnectDoctor;
}

export class Http1Slot extends Slot implements ConnectionHolder {
  /** By route. */
  private readonly connections: (Connection | null)[];
  /** Attempts to connect for the exchange at hand. */
  private attempts = 0;

  constructor(readonly settings: Http1Settings) {
    super();
    this.connections = settings.rings.map(() => null);
  }

  begin(): void {
    const route = this.settings.routeOf[this.target];
    const connection = this.connections[route];
    if (connection !== null && !connection.isOpening) {
      connection.send();
      return;
    }
    this.attempts = 0;
    this.events.connecting(this);
    if (connection === null) this.open(route, true);
    else this.waitFor(connection);
  }

  /** It was opened ahead of the exchange. */
  private waitFor(connection: Connection): void {
    this.attempts++;
    this.backend = connection.backend;
    connection.await();
  }

  /** One to each authority of the plan. */
  override prefetch(): void {
    for (const [route, connection] of this.connections.entries()) {
      if (connection === null) this.open(route, false);
    }
  }

  private open(route: number, isAwaited: boolean): void {
    if (isAwaited) this.attempts++;
    const { settings } = this;
    const endpoint = settings.rings[route].next(this.events.now());
    const connection = new Connection(this, settings, route, endpoint, isAwaited);
    if (isAwaited) this.backend = connection.backend;
    this.connections[route] = connection;
    connection.open();
  }

  retry(route: number): boolean {
    if (this.attempts >= this.settings.rings[route].size) return false;
    this.open(route, true);
    return true;
  }

  avoid(route: number, endpoint: Endpoint): void {
    this.settings.rings[route].failed(endpoint, this.events.now());
  }

  explain(endpoint: Endpoint, code: string): ConnectFailure {
    return connectFault(this.settings.doctor, endpoint, code, this.events.now());
  }

  detach(route: number): void {
    this.connections[route] = null;
  }

  abandon(): void {
    this.connections[this.settings.routeOf[this.target]]?.abandon();
  }

  close(): void {
    for (const connection of this.connections) connection?.close();
  }
}
