/**
 * The coordinator's end of a link over a bus. What it sends goes as parcels, each acknowledged by
 * the agent or sent again, one message after the other; what the agent sends is handed in from the
 * run's stream.
 */
import { Channel } from "@nightjar/core/run/channel.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import type { Link, Message, Reason } from "@nightjar/core/run/link.ts";
import { WAIT } from "../limits.ts";
import type { Answer, Parcel } from "../messages.ts";
import { sha256 } from "./hash.ts";

/**
 * Asks the agent; rejects with a `BusError` where no answer came. Who asks decides what a refusal
 * means: the message is not sent again.
 */
export type Ask = (question: Parcel) => Promise<Answer>;

/** A start, a stop, a cancel, and not a plan with its files. */
const SHORT_BYTES = 4096;
/** Beside the bytes of a part, its frame. */
const FRAME_BYTES = 1024;

export interface CoordinatorLinkOptions {
  readonly runId: string;
  readonly clock: Clock;
  readonly maxPayloadBytes: number;
  readonly ask: Ask;
}

export class CoordinatorLink implements Link {
  readonly messages = new Channel<Message>();
  readonly closed: Promise<Reason>;
  private settle!: (reason: Reason) => void;
  private isOpen = true;
  private readonly queue: Message[] = [];
  private number = 0;
  private isSending = false;

  constructor(private readonly options: CoordinatorLinkOptions) {
    this.closed = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** What the agent has said, as the stream has it. */
  deliver(message: Message): void {
    this.messages.push(message);
  }

  send(message: Message): void {
    if (!this.isOpen) return;
    this.queue.push(message);
    if (!this.isSending) void this.sendAll();
  }

  close(reason: Reason): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.queue.length = 0;
    this.settle(reason);
    this.messages.end();
  }

  private async sendAll(): Promise<void> {
    this.isSending = true;
    while (this.isOpen && this.queue.length > 0) await this.sendOne(this.queue.shift() as Message);
    this.isSending = false;
  }

  private async sendOne(message: Message): Promise<void> {
    const { runId, maxPayloadBytes } = this.options;
    const whole = encodeFrame(message);
    const room = maxPayloadBytes - FRAME_BYTES;
    const parts = Math.max(1, Math.ceil(whole.length / room));
    const common = { type: "parcel", runId, number: ++this.number, parts } as const;
    const hash = sha256(whole);
    for (let part = 0; part < parts && this.isOpen; part++) {
      const bytes = whole.subarray(part * room, (part + 1) * room);
      await this.askUntilTaken({ ...common, part, sha256: hash, bytes });
    }
  }

  /** A short one is asked again while the first answer may still come: a stop is urgent. */
  private askUntilTaken(parcel: Parcel): Promise<void> {
    const { ask, clock } = this.options;
    const isShort = parcel.bytes.length <= SHORT_BYTES;
    const { promise, resolve } = Promise.withResolvers<void>();
    let isTaken = false;
    const askOnce = () => {
      if (isTaken || !this.isOpen) return resolve();
      const answered = ask(parcel).then(
        () => {
          isTaken = true;
          resolve();
        },
        () => {},
      );
      if (isShort) clock.after(WAIT.againNs, askOnce);
      else void answered.then(() => isTaken || clock.after(WAIT.againNs, askOnce));
    };
    askOnce();
    return promise;
  }
}
