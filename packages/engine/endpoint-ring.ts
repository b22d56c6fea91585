/**
 * The addresses of a host, used in turn. One that could not be connected to is passed over for a
 * second: a name may stand for addresses of both families while the server listens on one
 * (localhost, as a rule). The ring follows its host when a name changes its addresses; connections
 * that are open stay.
 */
import type { Endpoint } from "./endpoint.ts";
import type { Host } from "./names.ts";

const AVOIDED_NS = 1e9;

interface Seat {
  readonly endpoint: Endpoint;
  avoidedUntilNs: number;
}

export class EndpointRing {
  private seats: readonly Seat[] = [];
  private seen = -1;
  private turn: number;

  /** `endpointAt` is called once for each address that joins. */
  constructor(
    private readonly host: Host,
    private readonly endpointAt: (address: string) => Endpoint,
    first = 0,
  ) {
    this.turn = first;
    this.follow();
  }

  get size(): number {
    return this.seats.length;
  }

  /** The next one that has not failed lately; where all have, the next in turn. */
  next(nowNs: number): Endpoint {
    if (this.seen !== this.host.changes) this.follow();
    for (let tried = 0; tried < this.size; tried++) {
      const seat = this.seats[this.turn++ % this.size];
      if (seat.avoidedUntilNs <= nowNs) return seat.endpoint;
    }
    return this.seats[this.turn++ % this.size].endpoint;
  }

  /** No connection to it came about. */
  failed(endpoint: Endpoint, nowNs: number): void {
    const seat = this.seats.find((one) => one.endpoint === endpoint);
    if (seat) seat.avoidedUntilNs = nowNs + AVOIDED_NS;
    this.host.lookAgain(nowNs);
  }

  /** Who is still there keeps its seat. */
  private follow(): void {
    const before = new Map(this.seats.map((seat) => [seat.endpoint.address, seat]));
    this.seats = this.host.addresses.map((address) => before.get(address) ?? this.seatAt(address));
    this.seen = this.host.changes;
  }

  private seatAt(address: string): Seat {
    return { endpoint: this.endpointAt(address), avoidedUntilNs: Number.NEGATIVE_INFINITY };
  }
}
