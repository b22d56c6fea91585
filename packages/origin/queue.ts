/** Single-server queues in virtual time. */

export const QUEUES_MAX = 256;

/**
 * One server, first come first served: Lindley's recursion Dₙ = max(Aₙ, Dₙ₋₁) + Sₙ.
 * It never sleeps; arrivals must come in order of time.
 */
export class SingleServer {
  private lastDepartureNs = 0;

  /** The virtual departure of an arrival, in the clock of the arrival. */
  admit(arrivalNs: number, serviceNs: number): number {
    this.lastDepartureNs = Math.max(arrivalNs, this.lastDepartureNs) + serviceNs;
    return this.lastDepartureNs;
  }
}

/** The queues of an origin by name, made when first wanted. */
export class Queues {
  private readonly servers = new Map<string, SingleServer>();

  /** Undefined when there would be more than QUEUES_MAX. */
  named(name: string): SingleServer | undefined {
    const known = this.servers.get(name);
    if (known || this.servers.size >= QUEUES_MAX) return known;
    const server = new SingleServer();
    this.servers.set(name, server);
    return server;
  }
}
