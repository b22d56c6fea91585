/**
 * The addresses of a target, used in turn. One that has refused is passed over for a second: a name
 * may stand for addresses of both families while the server listens on one (localhost, as a rule).
 */
import type { Endpoint } from "../../socket.ts";

const AVOIDED_NS = 1e9;

export class EndpointRing {
  private turn: number;
  private readonly avoidedUntilNs: number[];

  constructor(
    private readonly endpoints: readonly Endpoint[],
    first = 0,
  ) {
    this.turn = first;
    this.avoidedUntilNs = endpoints.map(() => Number.NEGATIVE_INFINITY);
  }

  get size(): number {
    return this.endpoints.length;
  }

  /** The next one that has not refused lately; where all have, the next in turn. */
  next(nowNs: number): Endpoint {
    for (let tried = 0; tried < this.size; tried++) {
      const at = this.turn++ % this.size;
      if (this.avoidedUntilNs[at] <= nowNs) return this.endpoints[at];
    }
    return this.endpoints[this.turn++ % this.size];
  }

  refused(endpoint: Endpoint, nowNs: number): void {
    this.avoidedUntilNs[this.endpoints.indexOf(endpoint)] = nowNs + AVOIDED_NS;
  }
}
