/** Muster: all agents of one run. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { formatDuration, MILLISECOND_NS, parseDurationNs } from "@nightjar/core/plan/quantity.ts";
import { emptySnapshot } from "@nightjar/core/record/snapshot.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import { sampleGapNs } from "../clock/estimate.ts";
import type { Spoken } from "../fold/fleet-fold.ts";
import { WAIT } from "../limits.ts";
import type { ClockReading } from "../record.ts";
import type { Member } from "./member.ts";

export class Muster {
  constructor(
    readonly members: readonly Member[],
    private readonly clock: Clock,
  ) {}

  /** Hands on what an agent has said. The ensemble leads the run, and has no use for numbers. */
  deliver({ child, message }: Spoken): void {
    this.of(child)?.deliver(withoutNumbers(message));
  }

  of(child: string): Member | undefined {
    const member = this.members[Number(child)];
    return member?.child === child ? member : undefined;
  }

  /**
   * Rejects with `prepare-failed` or `refused` where a clock is not known as well as it must be.
   */
  async measureClocks(maxClockError: string | undefined): Promise<void> {
    const late = new Promise<"late">((resolve) => {
      this.clock.after(WAIT.clockNs, () => resolve("late"));
    });
    const gapNs = sampleGapNs(this.members.length);
    await Promise.race([Promise.all(this.members.map((one) => one.measureClock(gapNs))), late]);
    this.failIfAnyLost();
    const mostNs =
      maxClockError === undefined ? Number.POSITIVE_INFINITY : parseDurationNs(maxClockError);
    for (const member of this.members) {
      // For T0 is told by it.
      const reading = member.estimate.at(this.clock.nowNs() + WAIT.startLeadNs);
      if (reading === undefined) throw unmeasured(member);
      if (reading.boundNs > mostNs) throw tooVague(member, reading, maxClockError as string);
      member.startClock = reading;
    }
  }

  /** Before the start all are there, or none is started. Throws `lost`. */
  failIfAnyLost(): void {
    const gone = this.members.find(({ isLost }) => isLost);
    if (!gone) return;
    const { facts, lossReason } = gone;
    const what = `agent ${facts.name} was lost before the start: ${lossReason}`;
    throw new NightjarError("lost", what);
  }

  /** Of those that are there, by child. */
  readings(): Record<string, ClockReading> {
    const nowNs = this.clock.nowNs();
    const known = this.members.flatMap(({ child, estimate, isLost }) => {
      const reading = isLost ? undefined : estimate.at(nowNs);
      return reading === undefined ? [] : [[child, reading] as const];
    });
    return Object.fromEntries(known);
  }

  /** Those whose last word has not come. */
  loseSilent(reason: string): void {
    for (const member of this.members) member.lose(reason);
  }

  /** Nobody of them is heard any more: all are lost, and given back, so that they stop. */
  dismiss(reason: string): void {
    this.loseSilent(reason);
    void this.release(reason);
  }

  async release(reason: string): Promise<void> {
    await Promise.all(this.members.map((member) => member.release(reason)));
  }
}

function withoutNumbers(message: Message): Message {
  if (message.type !== "event" || message.event.type !== "snapshot") return message;
  return { type: "event", event: emptySnapshot(message.event) };
}

function unmeasured({ facts }: Member): NightjarError {
  const limit = formatDuration(WAIT.clockNs);
  return new NightjarError(
    "prepare-failed",
    `agent ${facts.name} has not told its clock within ${limit}`,
  );
}

function tooVague({ facts }: Member, { boundNs }: ClockReading, most: string): NightjarError {
  const bound = (boundNs / MILLISECOND_NS).toFixed(1);
  return new NightjarError(
    "refused",
    `agent ${facts.name}'s clock is known within ${bound} ms, and the plan demands ${most}`,
    "half the round trip to it through the broker is what nobody can see: bring them nearer",
  );
}
