/**
 * Reader: one reading of a stream over a connection. What is stored arrives in order and late;
 * after a connection was lost it goes on from where it was.
 *
 *     stored   1 2 3 4 5 6 7
 *     arrived  1 2 3 4 5       the horizon
 *     read     1 2 3           the next is 4
 */
import { BusError, type Stored } from "../bus.ts";
import type { Connection } from "./connection.ts";
import type { Storage } from "./storage.ts";
import type { Follower, MemoryStream } from "./stream.ts";
import { type Disorder, LUCK, Luck } from "./weather.ts";

export class Reader implements Follower {
  private horizon = 0;
  private stream: MemoryStream | undefined;
  private fault: BusError | undefined;
  private unfollow: () => void = () => {};
  private wake: () => void = () => {};
  private readonly luck: Luck;

  constructor(
    private readonly name: string,
    private next: number,
    private readonly storage: Storage,
    private readonly connection: Connection,
  ) {
    this.luck = new Luck(connection.weather.seed, LUCK.read);
  }

  /** Throws `no such stream`. Ends with the signal, or with the connection. */
  async *read(signal: AbortSignal): AsyncGenerator<Stored> {
    const wake = () => this.wake();
    signal.addEventListener("abort", wake, { once: true });
    const forget = this.connection.onChange(() => this.seek());
    this.seek();
    try {
      while (!signal.aborted && !this.connection.isClosed) {
        for (const stored of this.arrived()) {
          yield stored;
          if (signal.aborted) return;
        }
        if (this.next <= this.horizon) continue;
        if (this.fault) throw this.fault;
        await this.more(signal);
      }
    } finally {
      signal.removeEventListener("abort", wake);
      forget();
      this.unfollow();
    }
  }

  notice(): void {
    const { stream, connection } = this;
    if (stream === undefined) return;
    const { lastSequence, isDeleted } = stream;
    connection.downInOrder(() => this.learn(stream, lastSequence, isDeleted));
  }

  /** Finds its stream, over whatever connection there is. */
  private seek(): void {
    if (this.connection.isConnected) this.find();
    this.notice();
    if (this.connection.isClosed || this.fault) this.wake();
  }

  private find(): void {
    try {
      const stream = this.storage.stream(this.name);
      if (stream === this.stream) return;
      this.unfollow();
      this.stream = stream;
      this.unfollow = stream.follow(this);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      this.fault = error;
    }
  }

  private learn(stream: MemoryStream, lastSequence: number, isDeleted: boolean): void {
    if (isDeleted) this.fault = new BusError("no such stream", `${stream.name} was deleted`);
    this.horizon = Math.max(this.horizon, lastSequence);
    this.wake();
  }

  private more(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.wake = resolve;
    if (signal.aborted || this.connection.isClosed) resolve();
    return promise;
  }

  private arrived(): Iterable<Stored> {
    const { reads } = this.connection.weather;
    return reads ? this.inDisorder(reads) : this.inOrder(Number.POSITIVE_INFINITY);
  }

  private *inOrder(most: number): Generator<Stored> {
    for (let count = 0; count < most && this.next <= this.horizon; count++) {
      const stored = this.stored(this.next);
      // What has become too old before it was read is not there any more.
      this.next = Math.min(stored?.sequence ?? this.horizon, this.horizon) + 1;
      if (stored !== undefined && stored.sequence < this.next) yield stored;
    }
  }

  private stored(sequence: number): Stored | undefined {
    return this.stream?.from(sequence, this.storage.clock.nowNs());
  }

  private *inDisorder({ again, shuffled }: Disorder): Generator<Stored> {
    const batch = [...this.inOrder(Math.max(shuffled, 1))];
    for (let at = batch.length - 1; at > 0; at--) {
      const other = this.luck.below(at + 1);
      [batch[at], batch[other]] = [batch[other], batch[at]];
    }
    for (const stored of batch) {
      yield stored;
      const old = this.luck.strikes(again) ? this.stored(this.luck.below(this.next)) : undefined;
      if (old !== undefined) yield old;
    }
  }
}
