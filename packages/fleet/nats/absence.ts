/**
 * Absence: a stream that takes nothing for a while although there is a connection, because the
 * server that has it is away, or most of its replicas. Told once, and once that it is back.
 */
import type { BusError, BusFault } from "../bus.ts";

/** A new stream is not known everywhere at once. */
const WHILE_MS = 2_000;

const AWAY: BusFault = "no answer";

export class Absence {
  /** The last subject that was not taken. */
  private subject = "";
  private sinceMs = 0;
  private isTold = false;

  /** `tell`: a sentence for people. */
  constructor(private readonly tell: (sentence: string) => void) {}

  /** Something could not be appended. */
  of(subject: string, error: Error): void {
    if ((error as Partial<BusError>).fault !== AWAY) return;
    if (subject !== this.subject) {
      this.subject = subject;
      this.sinceMs = performance.now();
      this.isTold = false;
    }
    if (this.isTold || performance.now() - this.sinceMs < WHILE_MS) return;
    this.isTold = true;
    this.tell(`nothing is stored under ${subject}: is a server that has its stream away?`);
  }

  /** Something was appended. */
  over(subject: string): void {
    if (subject !== this.subject) return;
    this.subject = "";
    if (this.isTold) this.tell(`what is said under ${subject} is stored again`);
  }
}
