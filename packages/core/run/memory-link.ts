/**
 * Two ends of a link within one process. A transport may lose, repeat, delay and reorder, for
 * simulations.
 */
import { Channel } from "./channel.ts";
import type { Link, Message, Reason } from "./link.ts";

/** Carries `message` by calling `deliver` zero, one or more times, now or later. */
export type Transport = (message: Message, deliver: (message: Message) => void) => void;

const direct: Transport = (message, deliver) => deliver(message);

class MemoryEnd implements Link {
  readonly messages = new Channel<Message>();
  readonly closed: Promise<Reason>;
  private settle!: (reason: Reason) => void;
  private open = true;
  peer!: MemoryEnd;

  constructor(private readonly transport: Transport) {
    this.closed = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  send(message: Message): void {
    if (!this.open) return;
    this.transport(message, (delivered) => this.peer.messages.push(delivered));
  }

  close(reason: Reason): void {
    this.shut(reason);
    this.peer.shut(reason);
  }

  private shut(reason: Reason): void {
    if (!this.open) return;
    this.open = false;
    this.settle(reason);
    this.messages.end();
  }
}

/** [parent's end, child's end]; `toParent` carries what the child sends. */
export function memoryLink(
  toChild: Transport = direct,
  toParent: Transport = direct,
): [Link, Link] {
  const parent = new MemoryEnd(toChild);
  const child = new MemoryEnd(toParent);
  parent.peer = child;
  child.peer = parent;
  return [parent, child];
}
