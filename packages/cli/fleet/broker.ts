/** The connection of a command to NATS: made, used, and closed whatever happens. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { type Bus, BusError } from "@nightjar/fleet/bus.ts";
import type { NatsAccess } from "@nightjar/fleet/nats/access.ts";
import { connectNats } from "@nightjar/fleet/nats/connect.ts";

export interface BrokerOptions {
  readonly access: NatsAccess;
  /** By which the broker lists the connection. */
  readonly name: string;
  /** Told in a sentence that the connection is lost, or back. */
  readonly note: (sentence: string) => void;
  /** Orders go by it: whether others can read them there, or give some, is said. */
  readonly carriesOrders?: boolean;
  /** Nothing is asked of its streams: an agent's may be a leaf node. */
  readonly appendsOnly?: boolean;
}

/** Throws `NightjarError`, also for what the broker has refused. */
export async function withBroker<T>(
  { access, name, note, carriesOrders, appendsOnly }: BrokerOptions,
  use: (bus: Bus) => Promise<T>,
): Promise<T> {
  const onExposure = carriesOrders === true ? note : undefined;
  const bus = await connectNats({ ...access, name, appendsOnly, onNotice: note, onExposure });
  try {
    return await use(bus);
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    throw new NightjarError("lost", error.message);
  } finally {
    await bus.close();
  }
}
