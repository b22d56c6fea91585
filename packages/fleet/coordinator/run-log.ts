/** RunLog: the coordinator's own records, on their way into the run's stream. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { type Bus, BusError } from "../bus.ts";
import { WAIT } from "../limits.ts";
import { Outbox } from "../link/outbox.ts";
import { partsOf } from "../parcel.ts";
import { encodeRecord, type Head, type Log } from "../record.ts";
import { headSubject, logSubject, streamName } from "../subjects.ts";

export class RunLog {
  /** Those that the stream has not given back yet, in their order. */
  private unseen: Log[] = [];
  private readonly outbox: Outbox;

  constructor(
    private readonly bus: Bus,
    private readonly runId: string,
    private readonly clock: Clock,
  ) {
    const subject = logSubject(runId);
    this.outbox = new Outbox({ bus, clock, subject, sender: `log.${runId}` });
  }

  /**
   * Rejects with `prepare-failed` where the stream does not take it: without it nobody could fold.
   */
  async begin(head: Head): Promise<void> {
    const parts = partsOf(1, encodeRecord(head), this.bus.maxPayloadBytes);
    const subject = headSubject(this.runId);
    try {
      for (const [index, part] of parts.entries()) {
        const id = `head.${this.runId}.${index}`;
        await insist(this.clock, () => this.bus.append(subject, part, id));
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

  /** The stream has given it back, perhaps not for the first time. */
  seen(log: Log): void {
    this.unseen = this.unseen.filter((one) => !isSame(one, log));
  }

  /** What the stream has never taken. */
  rest(): readonly Log[] {
    return this.unseen;
  }

  close(): void {
    this.outbox.close();
  }
}

function isSame(a: Log, b: Log): boolean {
  if (a.type !== b.type || a.atNs !== b.atNs) return false;
  return !("child" in a) || !("child" in b) || a.child === b.child;
}

/** A broker that goes away for a moment has not refused. */
export async function insist<T>(
  clock: Clock,
  act: () => Promise<T>,
  limitNs: number = WAIT.insistNs,
): Promise<T> {
  const endNs = clock.nowNs() + limitNs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const isAway = error instanceof BusError && error.fault === "no answer";
      if (!isAway || clock.nowNs() >= endNs) throw error;
      await new Promise<void>((resolve) => clock.after(WAIT.againNs, resolve));
    }
  }
}

/** Of a run that has sent nothing. Where the broker stays away, its age clears it away. */
export async function removeStream(
  { bus, clock }: { readonly bus: Bus; readonly clock: Clock },
  runId: string,
): Promise<void> {
  await insist(clock, () => bus.deleteStream(streamName(runId)), WAIT.clearNs).catch(() => {});
}
