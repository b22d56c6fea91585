/** Switchboard: who listens to which subjects. */
import type { Listener, Unsubscribe } from "../bus.ts";
import type { Connection } from "./connection.ts";

const ANY = ".*";

export interface Subscription {
  readonly connection: Connection;
  readonly listener: Listener;
  isEnded: boolean;
}

type Table = Map<string, Set<Subscription>>;

export class Switchboard {
  private readonly exact: Table = new Map();
  /** By what stands before the last token. */
  private readonly wild: Table = new Map();

  subscribe(subject: string, connection: Connection, listener: Listener): Unsubscribe {
    const isWild = subject.endsWith(ANY);
    const table = isWild ? this.wild : this.exact;
    const key = isWild ? subject.slice(0, -ANY.length) : subject;
    const subscription: Subscription = { connection, listener, isEnded: false };
    const subscriptions = table.get(key) ?? new Set();
    table.set(key, subscriptions.add(subscription));
    return () => {
      subscription.isEnded = true;
      subscriptions.delete(subscription);
      if (subscriptions.size === 0 && table.get(key) === subscriptions) table.delete(key);
    };
  }

  publish(subject: string, payload: Uint8Array): void {
    const send = (subscription: Subscription) =>
      subscription.connection.down("publish", () => hear(subscription, subject, payload));
    this.exact.get(subject)?.forEach(send);
    if (this.wild.size > 0) this.wild.get(parentOf(subject))?.forEach(send);
  }

  /** One whose connection the broker believes in. */
  listenerTo(subject: string): Subscription | undefined {
    const direct = firstConnected(this.exact.get(subject));
    return direct ?? firstConnected(this.wild.get(parentOf(subject)));
  }
}

/** What it answers, if it still listens. */
export function hear(
  { listener, isEnded }: Subscription,
  subject: string,
  payload: Uint8Array,
): Uint8Array | undefined {
  return isEnded ? undefined : listener(payload, subject);
}

function parentOf(subject: string): string {
  return subject.slice(0, Math.max(subject.lastIndexOf("."), 0));
}

function firstConnected(
  subscriptions: ReadonlySet<Subscription> = new Set(),
): Subscription | undefined {
  for (const subscription of subscriptions) {
    if (subscription.connection.isConnected) return subscription;
  }
  return undefined;
}
