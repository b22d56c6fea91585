/**
 * Slot: a place that holds one exchange at a time, and the connections that exchanges take. The
 * driver owns the stamps, the protocol owns the bytes. All times are nanoseconds after T0, as
 * floats.
 *
 *     idle ──begin──▶ connecting ──open──▶ in flight ──answered / failed──▶ idle
 *           └────── already connected ──────▲
 */
import type { FailureKind } from "@nightjar/core/record/tally.ts";
import type { CellRecorder } from "./cell-recorder.ts";
import type { CheckFault } from "./check-fault.ts";

/** What a slot tells its driver. */
export interface SlotEvents {
  /** The clock: nanoseconds after T0. */
  now(): number;
  /** A connection is being opened for the slot's exchange. */
  connecting(slot: Slot): void;
  /** Its TCP connection stands; TLS follows where the plan has it. */
  tcpOpen(slot: Slot): void;
  /** A proxy has opened a tunnel through it; TLS follows. */
  tunnelOpen(slot: Slot): void;
  /** That connection is open, with TLS where the plan has it. */
  connected(slot: Slot, secure: boolean): void;
  /** A connection is open that no exchange has waited for. */
  prefetched(): void;
  /** Called immediately before the first byte is handed to the kernel. */
  sending(slot: Slot): void;
  /** The answer has been read to its end. */
  answered(slot: Slot, status: number): void;
  /** The same, and a check of the plan found it wrong. */
  rejected(slot: Slot, status: number, fault: CheckFault): void;
  /** There will be no answer. `sample` says what was seen, for a person. */
  failed(slot: Slot, kind: FailureKind, sample: string): void;
  /** The number of an address in the account of backends; asked once for each connection. */
  backend(address: string): number;
  closedByServer(): void;
  connectionFailed(): void;
  /** The connection that has just been opened resumed a TLS session. */
  resumed(): void;
  bytesSent(bytes: number): void;
  bytesReceived(bytes: number): void;
}

/** What may hold slots. */
export interface SlotHolder {
  remove(slot: Slot): void;
}

const NOTHING_RECORDED = new Float64Array(0);

export abstract class Slot {
  /** Exchange number, or −1 when idle. */
  i = -1;
  /** Of the plan's targets. */
  target = 0;
  /** The address that it goes to, as `SlotEvents.backend` has numbered it; −1: none yet. */
  backend = -1;
  dueNs = 0;
  freeNs = 0;
  connectNs = 0;
  connectStartNs = 0;
  /** From the start of connecting to where TLS began. */
  tlsStartNs = 0;
  sentNs = 0;
  /** 0: nothing of the answer has come yet, or all of it came at once. */
  firstByteNs = 0;
  lagNs = 0;
  /** When this slot is free for the next exchange: done minus the debt of our own lateness. */
  readyNs = 0;
  /** When the exchange before was over; T0 for the first. */
  doneNs = 0;
  /** When the debt arose, `doneNs − readyNs`: the mean of its parts. */
  debtSinceNs = 0;
  cell!: CellRecorder;
  /**
   * Numbers that the answer's headers held, in ns, in the order of the plan's `recordHeaders`; NaN
   * where there was none. Set before `answered` and `rejected`.
   */
  recorded = NOTHING_RECORDED;
  /** Of an order with `details`: bytes of the answer's headers, and of its body. Set likewise. */
  sizes = NOTHING_RECORDED;
  /** Set by the driver that takes the slot. */
  events!: SlotEvents;

  /** The `SlotQueue` that holds it, and its links there. */
  queue: SlotHolder | null = null;
  before: Slot | null = null;
  after: Slot | null = null;

  /** Starts the exchange whose `i`, `dueNs` and `freeNs` have just been set. */
  abstract begin(): void;
  /** Opens its connections before an exchange needs them. */
  prefetch(): void {}
  /** Drops the exchange at hand and its connection, without a word to the driver. */
  abstract abandon(): void;
  /** Drops every connection that it holds, in the same way. */
  abstract close(): void;
}
