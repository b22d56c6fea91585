/**
 * MemoryBroker: a broker within one process, on an injected clock. A fleet on one machine needs no
 * other; in virtual time, with weather, it is the world of a simulated fleet.
 */

import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { Connection } from "./connection.ts";
import { type BusLimits, MemoryBus } from "./memory-bus.ts";
import { Storage, type StorageLimits } from "./storage.ts";
import { Switchboard } from "./switchboard.ts";
import { CALM, type Weather } from "./weather.ts";

export type BrokerLimits = BusLimits & StorageLimits;

const MIB = 1024 * 1024;

/** As a NATS server's own are. */
const USUAL: BrokerLimits = {
  maxPayloadBytes: MIB,
  answerNs: 5 * SECOND_NS,
  duplicateWindowNs: 120 * SECOND_NS,
  storageBytes: 8 * 1024 * MIB,
};

export class MemoryBroker {
  private readonly limits: BrokerLimits;
  private readonly switchboard = new Switchboard();
  private readonly storage: Storage;
  private readonly connections = new Set<Connection>();
  /** How often it went away and has not come back. */
  private outages = 0;

  constructor(
    private readonly clock: Clock,
    limits: Partial<BrokerLimits> = {},
  ) {
    this.limits = { ...USUAL, ...limits };
    this.storage = new Storage(clock, this.limits);
  }

  /** For one party. Without weather everything arrives at once, in order. */
  connect(weather: Weather = CALM): MemoryBus {
    const connection = new Connection(this.clock, weather, this.outages === 0);
    this.connections.add(connection);
    connection.onChange(() => {
      if (connection.isClosed) this.connections.delete(connection);
    });
    return new MemoryBus(this.switchboard, this.storage, this.limits, connection);
  }

  /** All connections are lost. Streams, and the ids of their messages, survive it. */
  goAway(): void {
    if (this.outages++ > 0) return;
    for (const connection of this.connections) connection.brokerStops();
  }

  /** Once for each time that it went away. */
  comeBack(): void {
    if (--this.outages > 0) return;
    for (const connection of this.connections) connection.brokerStarts();
  }

  restart(awayNs: number): void {
    this.goAway();
    this.clock.after(awayNs, () => this.comeBack());
  }
}
