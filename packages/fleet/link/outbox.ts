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

/** So many messages are on their way at once. */
const WINDOW = 32;

interface Letter {
  readonly number: number;
  readonly bytes: Uint8Array;
  /** May go for want of room. */
  readonly isSnapshot: boolean;
  isOnItsWay: boolean;
}

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
  private readonly letters = new Map<number, Letter>();
  private heldBytes = 0;
  private onTheirWay = 0;
  private numbered = 0;
  private isClosed = false;
  private resting: (() => void) | undefined;
  private emptied = Promise.withResolvers<void>();

  constructor(private readonly options: OutboxOptions) {
    this.emptied.resolve();
  }

  get waiting(): number {
    return this.letters.size;
  }

  put(bytes: Uint8Array, isSnapshot: boolean): void {
    if (this.isClosed) return;
    if (this.letters.size === 0) this.emptied = Promise.withResolvers<void>();
    const letter = { number: ++this.numbered, bytes, isSnapshot, isOnItsWay: false };
    this.letters.set(letter.number, letter);
    this.heldBytes += bytes.length;
    this.makeRoom();
    this.pump();
  }

  /** Resolves when nothing waits. */
  empty(): Promise<void> {
    return this.emptied.promise;
  }

  /** Lets go of all that waits. */
  close(): void {
    this.isClosed = true;
    this.resting?.();
    this.resting = undefined;
    this.letters.clear();
    this.emptied.resolve();
  }

  private makeRoom(): void {
    const most = this.options.bytes ?? STORE.outboxBytes;
    if (this.heldBytes <= most) return;
    for (const letter of this.letters.values()) {
      if (this.heldBytes <= most) return;
      if (!letter.isSnapshot || letter.isOnItsWay) continue;
      this.discarded++;
      this.remove(letter);
    }
  }

  private remove(letter: Letter): void {
    if (!this.letters.delete(letter.number)) return;
    this.heldBytes -= letter.bytes.length;
    if (this.letters.size === 0) this.emptied.resolve();
  }

  private pump(): void {
    if (this.resting) return;
    for (const letter of this.letters.values()) {
      if (this.onTheirWay >= WINDOW) return;
      if (!letter.isOnItsWay) void this.send(letter);
    }
  }

  private async send(letter: Letter): Promise<void> {
    letter.isOnItsWay = true;
    this.onTheirWay++;
    try {
      await this.append(letter);
      this.acknowledgedNs = this.options.clock.nowNs();
      if (letter.number === this.refusedNumber) this.fault = null;
      this.remove(letter);
    } catch (error) {
      this.fault = error instanceof BusError ? error.fault : "no answer";
      this.refusedNumber = letter.number;
      if (this.fault === "no such stream") this.close();
      else this.rest();
    }
    letter.isOnItsWay = false;
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
  private rest(): void {
    if (this.isClosed || this.resting) return;
    this.resting = this.options.clock.after(WAIT.againNs, () => {
      this.resting = undefined;
      this.pump();
    });
  }
}
