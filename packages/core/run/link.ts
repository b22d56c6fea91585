/** Link: a two-way channel of messages to one other party, in memory, over a pipe or over a bus. */

import type { ErrorCode } from "../errors.ts";
import type { Order, Ready, RunEvent } from "./load-generator.ts";

export type Message =
  | { readonly type: "prepare"; readonly order: Order }
  | { readonly type: "cancel" }
  | { readonly type: "start"; readonly t0Ns: number }
  /**
   * `call`: how often the user has called `stop`, so that a message seen twice is not a second
   * call.
   */
  | { readonly type: "stop"; readonly reason: string; readonly call: number }
  | { readonly type: "ready"; readonly ready: Ready }
  | {
      readonly type: "refused";
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint?: string;
    }
  | { readonly type: "event"; readonly event: RunEvent };

/** Why a link is closed, in words for a person. */
export type Reason = string;

export interface Link {
  /** Ignored once closed. */
  send(message: Message): void;
  readonly messages: AsyncIterable<Message>;
  /** Resolves once; never rejects. */
  readonly closed: Promise<Reason>;
  close(reason: Reason): void;
}
