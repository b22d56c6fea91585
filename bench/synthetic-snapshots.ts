/**
 * Snapshots such as an agent publishes each second, made from a seed. Every exchange is due, sent
 * and answered within its second, so that the accounts of a run of them sum:
 *
 *     wait connect lag service response firstByte   in a cell for each target
 *     turn                                          of the agent
 */
import { uniform } from "@nightjar/core/random.ts";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import { emptySnapshot, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import { emptyTally, type Tally, zeroCounts } from "@nightjar/core/record/tally.ts";

export interface SyntheticLoad {
  readonly targets: number;
  /** Exchanges with each target in a second. */
  readonly perTarget: number;
  /** Turns of the event loop in a second. */
  readonly turns: number;
}

const MICROSECOND_NS = 1_000;
const MILLISECOND_NS = 1_000_000;
/** One in so many exchanges had to wait, or to open a connection. */
const WAIT_ONE_IN = 20;
const CONNECT_ONE_IN = 500;
/** Draws that an exchange may take. */
const DRAWS = 16;
const HISTOGRAMS = ["wait", "connect", "lag", "service", "response", "firstByte"] as const;
type Latencies = Record<(typeof HISTOGRAMS)[number], number>;

/** Log-normal, of two uniforms (Box and Muller); `at` counts pairs of draws. */
function logNormalNs(medianNs: number, sigma: number, seed: number, at: number): number {
  const radius = Math.sqrt(-2 * Math.log1p(-uniform(seed, 0, 2 * at)));
  const normal = radius * Math.cos(2 * Math.PI * uniform(seed, 0, 2 * at + 1));
  return Math.round(medianNs * Math.exp(sigma * normal));
}

function latenciesOf(seed: number, target: number, i: number): Latencies {
  const at = (i * DRAWS) / 2;
  const isRare = (draw: number, oneIn: number) => uniform(seed, 1, i * DRAWS + draw) * oneIn < 1;
  const wait = isRare(0, WAIT_ONE_IN) ? logNormalNs(0.3 * MILLISECOND_NS, 1, seed, at) : 0;
  const connect = isRare(1, CONNECT_ONE_IN)
    ? logNormalNs(0.2 * MILLISECOND_NS, 0.3, seed, at + 1)
    : 0;
  const lag = logNormalNs(MICROSECOND_NS, 0.8, seed, at + 2);
  const service = logNormalNs((3 + target) * MILLISECOND_NS, 0.5, seed, at + 3);
  const firstByte = Math.round(service * (1 - 0.1 * uniform(seed, 1, i * DRAWS + 2)));
  return { wait, connect, lag, service, firstByte, response: wait + connect + lag + service };
}

function tallyOf({ perTarget }: SyntheticLoad, seed: number, target: number): Tally {
  const recorded = HISTOGRAMS.map((name) => ({ name, histogram: new Histogram() }));
  for (let nth = 0; nth < perTarget; nth++) {
    const latencies = latenciesOf(seed, target, target * perTarget + nth);
    for (const { name, histogram } of recorded) histogram.record(latencies[name]);
  }
  const [due, sent, completed, ok] = Array<number>(4).fill(perTarget);
  return {
    ...emptyTally(),
    counts: { ...zeroCounts(), due, sent, completed, ok },
    statuses: { 200: ok },
    histograms: Object.fromEntries(
      recorded.map(({ name, histogram }) => [name, histogram.sparse()]),
    ),
  };
}

/** The same for the same seed. */
export function syntheticSnapshot(load: SyntheticLoad, seed: number, child: string): Snapshot {
  const turn = new Histogram();
  for (let at = 0; at < load.turns; at++)
    turn.record(logNormalNs(0.4 * MILLISECOND_NS, 0.4, seed + 1, at));
  const exchanges = load.targets * load.perTarget;
  const cells = Array.from({ length: load.targets }, (_, target) => ({
    ...{ phase: "measured" as const, stage: 0, target },
    tally: tallyOf(load, seed, target),
  }));
  return {
    ...emptySnapshot({ child, incarnation: 0, interval: 0 }),
    cells,
    turn: turn.sparse(),
    connections: { opened: 0, reused: exchanges, closedByServer: 0, failed: 0, resumed: 0 },
    bytes: { sent: exchanges * 120, received: exchanges * 420 },
    usage: { cpuNs: 300 * MILLISECOND_NS, wallNs: 1000 * MILLISECOND_NS, rssBytes: 60e6 },
    parts: { expected: 1, received: 1 },
  };
}

/** As long as any interval's number, or any instant in µs, may become; found nowhere else. */
const PLACES = { interval: 1_000_000_000, writtenUs: 1_000_000_000_000_007 };

/**
 * One agent's snapshot as the bytes of a message, for any interval: only its number is written anew
 * each time, and the instant at which it is, so that what is measured is the reader and not this.
 */
export class StampedSnapshot {
  private readonly at: Readonly<Record<keyof typeof PLACES, number>>;

  constructor(
    { usage, ...snapshot }: Snapshot,
    encode: (message: unknown) => Uint8Array,
    private readonly bytes = encode({
      type: "event",
      event: {
        ...snapshot,
        interval: PLACES.interval,
        usage: { ...usage, rssBytes: PLACES.writtenUs },
      },
    }),
  ) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const placeOf = (number: number) => text.indexOf(String(number));
    this.at = { interval: placeOf(PLACES.interval), writtenUs: placeOf(PLACES.writtenUs) };
  }

  /** `writtenUs` stands where an agent would say how much memory it has: nobody adds that up. */
  of(interval: number, writtenUs = 0): Uint8Array {
    // As from a network, where each has bytes of its own.
    const bytes = this.bytes.slice();
    this.write(bytes, "interval", interval);
    this.write(bytes, "writtenUs", writtenUs);
    return bytes;
  }

  /** JSON may have spaces before a number. */
  private write(bytes: Uint8Array, place: keyof typeof PLACES, number: number): void {
    const digits = String(number).padStart(String(PLACES[place]).length);
    for (let nth = 0; nth < digits.length; nth++) {
      bytes[this.at[place] + nth] = digits.charCodeAt(nth);
    }
  }
}
