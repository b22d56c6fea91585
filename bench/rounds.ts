/**
 * Rounds: our client and its peers one after another, again and again, so that what changes with
 * time falls on all alike. Odd rounds go backwards.
 *
 *     wrk ours fortio hey │ hey fortio ours wrk │ wrk ours fortio │ …
 *                                                 hey has its pairs
 */
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { harmfulHiccups } from "@nightjar/testkit/hiccups.ts";
import type { Client } from "./client.ts";
import type { Context } from "./context.ts";

export interface Rival {
  readonly client: Client;
  /** How many pairs with ours it shall have. */
  readonly pairs: number;
}

/** Measured in the same round. */
export interface Pair<T> {
  readonly ours: T;
  readonly peer: T;
}

export type Pairs<T> = ReadonlyMap<string, readonly Pair<T>[]>;

const ROUNDS_FACTOR = 2;

/**
 * `measure` gives `null` where the machine disturbed it: those are no pair, and rounds follow until
 * all have theirs, at most twice as many as there must be. The pairs by the name of the peer.
 */
export async function rounds<T>(
  ours: Client,
  rivals: readonly Rival[],
  measure: (client: Client) => Promise<T | null>,
): Promise<Pairs<T>> {
  const pairs = new Map<string, Pair<T>[]>(rivals.map(({ client }) => [client.name, []]));
  const roundsMax = ROUNDS_FACTOR * Math.max(...rivals.map((rival) => rival.pairs));
  for (let round = 0; round < roundsMax; round++) {
    const wanting = rivals.filter((rival) => pairs.get(rival.client.name)!.length < rival.pairs);
    if (wanting.length === 0) break;
    const [first, ...rest] = wanting.map(({ client }) => client);
    const order = [first, ours, ...rest];
    const measured = await measureAll(round % 2 === 0 ? order : order.reverse(), measure);
    collect(pairs, measured, ours.name);
  }
  return pairs;
}

async function measureAll<T>(
  clients: readonly Client[],
  measure: (client: Client) => Promise<T | null>,
): Promise<Map<string, T | null>> {
  const measured = new Map<string, T | null>();
  for (const client of clients) measured.set(client.name, await measure(client));
  return measured;
}

function collect<T>(
  pairs: Map<string, Pair<T>[]>,
  measured: Map<string, T | null>,
  name: string,
): void {
  const ours = measured.get(name);
  if (!ours) return;
  for (const [peerName, list] of pairs) {
    const peer = measured.get(peerName);
    if (peer) list.push({ ours, peer });
  }
}

/** Hiccups of this length spoil a run of some seconds. */
const HARMFUL_MS = 20;
/** So that a hiccup that was over is heard of. */
const SETTLE_MS = 20;
const TRIES = 2;

/** What `body` gives beside which no harmful hiccup came, at the second try at last; or `null`. */
export async function undisturbed<T>(
  { hiccups, quick }: Context,
  body: () => Promise<T>,
): Promise<T | null> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const startNs = monotonicNs();
    const result = await body();
    const window = { startNs, endNs: monotonicNs() };
    await Bun.sleep(SETTLE_MS);
    const isSpoilt = harmfulHiccups(hiccups.seen(), HARMFUL_MS, window).length > 0;
    process.stderr.write(isSpoilt ? "x" : ".");
    if (!isSpoilt || quick) return result;
  }
  return null;
}
