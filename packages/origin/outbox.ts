/**
 * The answers of one connection, written in the order of their requests, each when it is ready.
 *
 *   waiting ──(due)──▶ ready ──(first in line)──▶ writing ──(all taken)──▶ keep | close | reset
 *   a silent answer waits for ever, and so do those behind it
 */
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type OriginLog, UNLOGGED } from "./log.ts";
import type { Stats } from "./stats.ts";

/** So many unwritten answers, and the connection is read no further until half of them are gone. */
export const PENDING_MAX = 1024;

/**
 * How long a client may take to close its side after we have closed ours; Bun counts in steps of 4
 * s.
 */
export const LINGER_S = 2;

/** Not an answer of the target: an interim response, or one to a control request. */
export const UNCOUNTED = 0;

/** What it needs of a socket. */
export interface Wire {
  write(bytes: Buffer, offset?: number, length?: number): number;
  pause(): void;
  resume(): void;
  shutdown(): void;
  end(): void;
  terminate(): void;
  timeout(seconds: number): void;
}

export class Answer {
  next: Answer | undefined = undefined;
  ready = true;
  silent = false;
  dueNs = 0;
  order = 0;
  written = 0;
  after: "keep" | "close" | "reset" = "keep";

  /** The first `length` of the bytes are written; `place` is its row in the log. */
  constructor(
    readonly outbox: Outbox,
    readonly bytes: Buffer,
    readonly length: number,
    readonly place: number,
    readonly status: number,
  ) {}
}

export class Outbox {
  private first: Answer | undefined = undefined;
  private last: Answer | undefined = undefined;
  private pending = 0;
  private blocked = false;
  private paused = false;
  private ending = false;
  private gone = false;

  constructor(
    private readonly socket: Wire,
    private readonly log: OriginLog,
    private readonly stats: Stats,
  ) {}

  /** Nothing stands in line, so an answer may be written at once. */
  get idle(): boolean {
    return this.first === undefined;
  }

  /**
   * Only when idle: an answer that is ready and keeps the connection, without an Answer being made.
   */
  writeAtOnce(bytes: Buffer, place: number, status: number): void {
    this.depart(place, status);
    const taken = this.socket.write(bytes);
    if (taken === bytes.length || taken < 0) return;
    const rest = new Answer(this, bytes, bytes.length, UNLOGGED, UNCOUNTED);
    rest.written = taken;
    this.blocked = true;
    this.append(rest);
  }

  push(answer: Answer): void {
    this.append(answer);
    this.flush();
  }

  /** Writes what may be written now. */
  flush(): void {
    while (this.first?.ready && !this.blocked && !this.gone) this.writeFirst(this.first);
  }

  drained(): void {
    this.blocked = false;
    this.flush();
  }

  /** Nothing more will be pushed: ends the connection when all that can be written is. */
  endWhenDone(): void {
    this.ending = true;
    if (this.gone) this.socket.end();
    else this.endIfDone();
  }

  /** The connection is no more: what is due later goes nowhere. */
  discard(): void {
    this.gone = true;
    this.first = undefined;
    this.last = undefined;
    this.pending = 0;
  }

  private append(answer: Answer): void {
    if (this.last === undefined) this.first = answer;
    else this.last.next = answer;
    this.last = answer;
    if (++this.pending <= PENDING_MAX || this.paused) return;
    this.paused = true;
    this.socket.pause();
  }

  private depart(place: number, status: number): void {
    if (status === UNCOUNTED) return;
    this.stats.answered(status);
    this.log.depart(place, Math.round(monotonicNs()), status);
  }

  private writeFirst(answer: Answer): void {
    if (answer.written === 0) this.depart(answer.place, answer.status);
    const left = answer.length - answer.written;
    const taken = left > 0 ? this.socket.write(answer.bytes, answer.written, left) : 0;
    answer.written += taken;
    if (taken < 0) this.discard();
    else if (answer.written < answer.length) this.blocked = true;
    else this.finish(answer);
  }

  private finish(answer: Answer): void {
    this.first = answer.next;
    if (this.first === undefined) this.last = undefined;
    this.pending--;
    if (answer.after === "keep") this.goOn();
    else this.leave(answer.after);
  }

  /**
   * To close with unread input would make the kernel send RST, and the client might lose the answer
   * that it has not yet read. So we only shut down our side and wait, a while, for the client's
   * (RFC 9112 §9.6).
   */
  private leave(after: "close" | "reset"): void {
    this.discard();
    if (after === "reset") return void this.socket.terminate();
    this.socket.shutdown();
    if (this.ending) this.socket.end();
    else this.socket.timeout(LINGER_S);
  }

  private goOn(): void {
    if (this.ending) this.endIfDone();
    if (!this.paused || this.pending > PENDING_MAX / 2) return;
    this.paused = false;
    this.socket.resume();
  }

  private endIfDone(): void {
    if (this.first === undefined || this.first.silent) this.leave("close");
  }
}
