/** A broker under test, as the conformance suite of Bus sees it. */
import type { Bus } from "@nightjar/fleet/bus.ts";

export interface BusBroker {
  /** A connection of its own. */
  connect(): Promise<Bus>;
  /** Goes away, for all connections, with what it has stored; and comes back with it. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** The broker as one check sees it. */
export interface BusBench {
  readonly broker: BusBroker;
  /** A token of subjects and of streams' names that no other check has. */
  readonly name: string;
  /** Closed when the check is over. */
  connect(): Promise<Bus>;
}

export interface BusCheck {
  readonly what: string;
  readonly check: (bench: BusBench) => Promise<void>;
}
