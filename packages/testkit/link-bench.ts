/** Two ends of a link under test, and who listens at them. */
import { PackedHistogram } from "@nightjar/core/record/packed-histogram.ts";
import type { Link, Message, Reason } from "@nightjar/core/run/link.ts";

export interface LinkPair {
  /** Sends `prepare`, `start`, `stop` and `cancel`. */
  readonly parent: Link;
  /** Sends `ready`, `refused` and `event`. */
  readonly child: Link;
  /** Whether one end hears of it when the other closes: a bus tells of nobody's going. */
  readonly closesTogether: boolean;
  dispose(): Promise<void>;
}

export interface LinkCheck {
  readonly what: string;
  readonly check: (pair: LinkPair) => Promise<void>;
}

const POLL_MS = 5;

/** All that has come out of one end. */
/** Histograms may have come packed; what they hold is the same. */
export function unpacked<T>(value: T): T {
  if (value instanceof PackedHistogram) return value.unpack() as T;
  if (Array.isArray(value)) return value.map(unpacked) as T;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, unpacked(member)]);
  return Object.fromEntries(entries) as T;
}

export class Ear {
  readonly heard: Message[] = [];
  /** With the reason, after the last message. */
  readonly ended: Promise<Reason>;

  constructor(link: Link) {
    this.ended = (async () => {
      for await (const message of link.messages) this.heard.push(unpacked(message));
      return link.closed;
    })();
  }

  /** The limit of the test is the limit of the wait. */
  async until(count: number): Promise<readonly Message[]> {
    while (this.heard.length < count) await Bun.sleep(POLL_MS);
    return this.heard;
  }
}
