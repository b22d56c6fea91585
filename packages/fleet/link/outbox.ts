/**
 * Outbox: what an agent has to say, until the run's stream has acknowledged it.
 *
 *     put ──▶ waiting ──▶ on its way (a few at once) ──acknowledged──▶ gone
 *                ▲                │ no answer, full
 *                └──after a while─┘
 *
 * While the broker is away it fills; what it cannot hold goes, the oldest snapshots first, and is
 * counted: those are missing intervals, and every other message stays.
 */
import type { Clock } from "@nightjar/core/run/clock.ts";
import { type Bus, BusError, type BusFault } from "../bus.ts";
import { STORE, WAIT } from "../limits.ts";
import { partsOf } from "../parcel.ts";
import { Backlog, type Letter } from "./backlog.ts";

/** So many messages are on their way at once. */
const WINDOW = 32;

export interface OutboxOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly subject: string;
  /** Of this sender; it begins the broker's ids of its messages. */
  readonly sender: string;
  readonly bytes?: number;
}

export class Outbox {
  /** Snapshots that went for want of room. */
  discarded = 0;
  /** When the broker last acknowledged something; never yet: −∞. */
  acknowledgedNs = Number.NEGATIVE_INFINITY;
  /** Why the broker does not take something; `null`: what it last refused it has taken since. */
  fault: BusFault | null = null;
  private refusedNumber = 0;
  /** Messages that the broker has not acknowledged. */
  waiting = 0;
  private readonly backlog = new Backlog();
  private heldBytes = 0;
  private onTheirWay = 0;
  private numbered = 0;
  private isClosed = false;
  private isHopeless = false;
  private resting: (() => void) | undefined;
  private emptied = Promise.withResolvers<void>();

  constructor(private readonly options: OutboxOptions) {
    this.emptied.resolve();
  }

  put(bytes: Uint8Array, isSnapshot: boolean): void {
    if (this.isClosed) return;
    if (this.waiting === 0) this.emptied = Promise.withResolvers<void>();
    this.backlog.put({ number: ++this.numbered, bytes, isSnapshot });
    this.waiting++;
    this.heldBytes += bytes.length;
    this.makeRoom();
    this.pump();
  }

  /** Resolves when nothing waits. */
  empty(): Promise<void> {
    return this.emptied.promise;
  }

  /**
   * The coordinator has had its Result. What a full stream does not take is not read by anybody, so
   * nobody waits until it does.
   */
  keepNothingOfAFullStream(): void {
    this.isHopeless = true;
    if (this.fault === "full") this.close();
  }

  /** Lets go of all that waits. */
  close(): void {
    this.isClosed = true;
    this.resting?.();
    this.resting = undefined;
    this.backlog.clear();
    this.waiting = 0;
    this.heldBytes = 0;
    this.emptied.resolve();
  }

  private makeRoom(): void {
    const most = this.options.bytes ?? STORE.outboxBytes;
    while (this.heldBytes > most) {
      const letter = this.backlog.takeSnapshot();
      if (letter === undefined) return;
      this.discarded++;
      this.gone(letter);
    }
  }

  private gone({ bytes }: Letter): void {
    if (this.isClosed) return;
    this.waiting--;
    this.heldBytes -= bytes.length;
    if (this.waiting === 0) this.emptied.resolve();
  }

  private pump(): void {
    if (this.resting) return;
    while (this.onTheirWay < WINDOW) {
      const letter = this.backlog.take();
      if (letter === undefined) return;
      void this.send(letter);
    }
  }

  private async send(letter: Letter): Promise<void> {
    this.onTheirWay++;
    try {
      await this.append(letter);
      this.acknowledgedNs = this.options.clock.nowNs();
      if (letter.number === this.refusedNumber) this.fault = null;
      this.gone(letter);
    } catch (error) {
      this.fault = error instanceof BusError ? error.fault : "no answer";
      this.refusedNumber = letter.number;
      const isLast = this.fault === "full" && this.isHopeless;
      if (this.fault === "no such stream" || isLast) this.close();
      else this.keep(letter);
    }
    this.onTheirWay--;
    this.makeRoom();
    this.pump();
  }

  private async append({ number, bytes }: Letter): Promise<void> {
    const { bus, subject, sender } = this.options;
    const parts = partsOf(number, bytes, bus.maxPayloadBytes);
    for (const [index, part] of parts.entries()) {
      await bus.append(subject, part, `${sender}.${number}.${index}`);
    }
  }

  /** Nobody is asked again before a while has passed. */
  private keep(letter: Letter): void {
    if (this.isClosed) return;
    this.backlog.giveBack(letter);
    if (this.resting) return;
    this.resting = this.options.clock.after(WAIT.againNs, () => {
      this.resting = undefined;
      this.pump();
    });
  }
}
