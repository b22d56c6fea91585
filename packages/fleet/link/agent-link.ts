/**
 * The agent's end of a link over a bus: what comes is handed in, what goes is kept until it has
 * arrived.
 */
import { Channel } from "@nightjar/core/run/channel.ts";
import { encodePacked } from "@nightjar/core/run/codec.ts";
import type { Link, Message, Reason } from "@nightjar/core/run/link.ts";
import type { Outbox } from "./outbox.ts";

export class AgentLink implements Link {
  readonly messages = new Channel<Message>();
  readonly closed: Promise<Reason>;
  private settle!: (reason: Reason) => void;
  private isOpen = true;

  constructor(
    private readonly outbox: Outbox,
    /** Told of each message once it is in the outbox. */
    private readonly sent: (message: Message) => void,
    /** What of a message may be said. */
    private readonly saying: (message: Message) => Message = (message) => message,
  ) {
    this.closed = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  receive(message: Message): void {
    this.messages.push(message);
  }

  send(message: Message): void {
    if (!this.isOpen) return;
    const isSnapshot = message.type === "event" && message.event.type === "snapshot";
    this.outbox.put(encodePacked(this.saying(message)), isSnapshot);
    this.sent(message);
  }

  close(reason: Reason): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.settle(reason);
    this.messages.end();
  }
}
