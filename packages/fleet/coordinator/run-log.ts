/** RunLog: the coordinator's own records, on their way into the run's stream. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { type Bus, BusError } from "../bus.ts";
import { Outbox } from "../link/outbox.ts";
import { partsOf } from "../parcel.ts";
import { encodeRecord, type Head, type Log } from "../record.ts";
import { headSubject, logSubject } from "../subjects.ts";

export class RunLog {
  /** Those that the stream has not given back yet, in their order. */
  private readonly unseen: Log[] = [];
  private readonly outbox: Outbox;

  constructor(
    private readonly bus: Bus,
    private readonly runId: string,
    clock: Clock,
  ) {
    const subject = logSubject(runId);
    this.outbox = new Outbox({ bus, clock, subject, sender: `log.${runId}` });
  }

  /**
   * Rejects with `prepare-failed` where the stream does not take it: without it nobody could fold.
   */
  async begin(head: Head): Promise<void> {
    const parts = partsOf(1, encodeRecord(head), this.bus.maxPayloadBytes);
    try {
      for (const [index, part] of parts.entries()) {
        await this.bus.append(headSubject(this.runId), part, `head.${this.runId}.${index}`);
      }
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      throw new NightjarError(
        "prepare-failed",
        `the run's stream does not take it: ${error.message}`,
      );
    }
  }

  add(log: Log): void {
    this.unseen.push(log);
    this.outbox.put(encodeRecord(log), false);
  }

  /** The stream has given back the oldest. */
  seen(): void {
    this.unseen.shift();
  }

  /** What the stream has never taken. */
  rest(): readonly Log[] {
    return this.unseen;
  }

  close(): void {
    this.outbox.close();
  }
}
