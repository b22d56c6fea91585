/**
 * A link over the two pipes between a parent and a worker process. The end of a pipe is the end of
 * the lease.
 */
import { Channel } from "@nightjar/core/channel.ts";
import { encodeFrame, FrameReader } from "@nightjar/core/codec.ts";
import type { Link, Message, Reason } from "@nightjar/core/link.ts";

export interface PipeEnds {
  readonly input: AsyncIterable<Uint8Array>;
  /** Takes the bytes at once and writes them when the pipe has room. */
  write(bytes: Uint8Array): void;
  /** Closes the way out. */
  end(): void;
  /** Why the way in has ended, once that is known. */
  readonly farewell?: Promise<Reason>;
}

export class PipeLink implements Link {
  readonly messages = new Channel<Message>();
  readonly closed: Promise<Reason>;
  private settle!: (reason: Reason) => void;
  private open = true;

  constructor(private readonly ends: PipeEnds) {
    this.closed = new Promise((resolve) => {
      this.settle = resolve;
    });
    void this.read();
  }

  send(message: Message): void {
    if (!this.open) return;
    try {
      this.ends.write(encodeFrame(message));
    } catch (error) {
      this.close(`the pipe does not take more: ${String(error)}`);
    }
  }

  close(reason: Reason): void {
    if (!this.open) return;
    this.open = false;
    try {
      this.ends.end();
    } catch {
      // The other side has closed it already, which is what was wanted.
    }
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
