/**
 * A link over the two pipes between a parent and a worker process. The end of a pipe is the end of
 * the lease.
 */
import { Channel } from "@nightjar/core/run/channel.ts";
import { encodeFrame, FrameReader } from "@nightjar/core/run/codec.ts";
import type { Link, Message, Reason } from "@nightjar/core/run/link.ts";

export interface PipeEnds {
  readonly input: AsyncIterable<Uint8Array>;
  /** Takes the bytes and writes them when the pipe has room. Throws or rejects when broken. */
  write(bytes: Uint8Array): unknown;
  /** Closes the way out. Throws or rejects when it was broken before. */
  end(): unknown;
  /** Why the way in has ended, once that is known. */
  readonly farewell?: Promise<Reason>;
}

export class PipeLink implements Link {
  readonly messages = new Channel<Message>();
  readonly closed: Promise<Reason>;
  private settle!: (reason: Reason) => void;
  private open = true;
  private broken = false;

  constructor(private readonly ends: PipeEnds) {
    this.closed = new Promise((resolve) => {
      this.settle = resolve;
    });
    void this.read();
  }

  send(message: Message): void {
    if (!this.open || this.broken) return;
    const bytes = encodeFrame(message);
    this.attempt(() => this.ends.write(bytes));
  }

  /**
   * Where it fails the other side hears no more. What it has said is still read: the way in tells
   * its end.
   */
  private attempt(act: () => unknown): void {
    const breakOut = () => {
      this.broken = true;
    };
    try {
      const done = act();
      if (done instanceof Promise) done.catch(breakOut);
    } catch {
      breakOut();
    }
  }

  close(reason: Reason): void {
    if (!this.open) return;
    this.open = false;
    this.attempt(() => this.ends.end());
    this.settle(reason);
    this.messages.end();
  }

  private async read(): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const chunk of this.ends.input) {
        for (const message of reader.push(chunk)) this.messages.push(message as Message);
      }
      this.close((await this.ends.farewell) ?? "the pipe ended");
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error));
    }
  }
}
