/**
 * Weather: what one party's connection suffers, all of it by seed and by the clock, so that the
 * same weather comes again.
 *
 *     party ── up ──▶ broker ── down ──▶ party        each way late, lost, twice or overtaken
 *
 * What is read of a stream is only late, as a broker's ordered consumer is: `reads` asks for more.
 */
import { uniform } from "@nightjar/core/random.ts";

/** Drawn evenly. */
export interface Spread {
  readonly leastNs: number;
  readonly mostNs: number;
}

/** What may be lost, come twice or be overtaken. */
export type Freight = "publish" | "request" | "reply" | "append" | "acknowledgement";

export interface Mishap {
  /** In [0, 1], for each message. */
  readonly chance: number;
  /** How much later than it was sent. */
  readonly afterNs: Spread;
}

export interface Weather {
  readonly seed: number;
  readonly upNs?: Spread;
  readonly downNs?: Spread;
  /**
   * Arrivals lie on whole multiples of it, each a little later than drawn: a simulation of many has
   * fewer instants then.
   */
  readonly stepNs?: number;
  /** In [0, 1]. A lost append was not stored; the append of a lost acknowledgement was. */
  readonly loss?: Readonly<Partial<Record<Freight, number>>>;
  /** Comes again, soon or after minutes. Each of them is drawn for itself. */
  readonly repeats?: readonly Mishap[];
  /** Comes late, and what was sent after it before it. */
  readonly overtaken?: Mishap;
  /** From the moment that a connection is possible again to the moment that there is one. */
  readonly reconnectNs?: Spread;
  readonly reads?: Disorder;
}

/** More than a broker does to its readers: what they fold has to stand it. */
export interface Disorder {
  /** In [0, 1], for each entry: one that was read before comes again, however old. */
  readonly again: number;
  /** So many that lie next to each other come in any order. */
  readonly shuffled: number;
}

export const CALM: Weather = { seed: 0 };
export const AT_ONCE: Spread = { leastNs: 0, mostNs: 0 };

/** Keep the draws for one purpose independent of those for others. */
export const LUCK = { way: 301, read: 302 } as const;

export class Luck {
  private drawn = 0;

  constructor(
    private readonly seed: number,
    private readonly stream: number,
  ) {}

  /** Draws nothing where there is no chance. */
  strikes(chance: number): boolean {
    return chance > 0 && this.draw() < chance;
  }

  within({ leastNs, mostNs }: Spread): number {
    return mostNs > leastNs ? Math.floor(leastNs + this.draw() * (mostNs - leastNs)) : leastNs;
  }

  /** In [0, n). */
  below(n: number): number {
    return Math.floor(this.draw() * n);
  }

  private draw(): number {
    return uniform(this.seed, this.stream, this.drawn++);
  }
}
