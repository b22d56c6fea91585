/**
 * Lease: for how long an agent may go on without having heard its coordinator.
 *
 *     heard ──lease──▶ expired ──▶ over         policy fail; or nothing is acknowledged
 *                         │
 *                         └──▶ orphaned ──orphan limit──▶ over
 *                                 │ it acknowledges no longer ──▶ over
 *                                 └ heard again ──▶ heard
 *
 * Orphaned are those of policy degrade. A broker that acknowledges what the agent says shows that
 * the agent is not cut off: then only the coordinator has died.
 */
import { formatDuration } from "@nightjar/core/plan/quantity.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { WAIT } from "../limits.ts";
import type { Claim } from "../messages.ts";

export interface LeaseOptions {
  readonly clock: Clock;
  readonly claim: Pick<Claim, "leaseNs" | "orphanNs" | "lostAgent">;
  /** When the broker last acknowledged something. */
  readonly acknowledgedNs: () => number;
  /** Called once, with the reason. */
  readonly over: (reason: string) => void;
}

export class Lease {
  private heardNs: number;
  private cancel = () => {};
  private isOver = false;

  constructor(private readonly options: LeaseOptions) {
    this.heardNs = options.clock.nowNs();
    this.wait(options.claim.leaseNs);
  }

  renew(): void {
    this.heardNs = this.options.clock.nowNs();
  }

  end(): void {
    this.isOver = true;
    this.cancel();
  }

  private wait(delayNs: number): void {
    this.cancel = this.options.clock.after(delayNs, () => this.look());
  }

  private look(): void {
    if (this.isOver) return;
    const leftNs = this.leftNs();
    if (leftNs > 0) return this.wait(leftNs);
    this.isOver = true;
    this.options.over(this.reason());
  }

  /** For so long it may go on, if nothing is heard in that time. */
  private leftNs(): number {
    const { leaseNs, orphanNs, lostAgent } = this.options.claim;
    const { silentNs, unacknowledgedNs } = this;
    if (silentNs < leaseNs || lostAgent === "fail") return leaseNs - silentNs;
    return Math.min(leaseNs + orphanNs - silentNs, this.awayNs - unacknowledgedNs);
  }

  /** A broker that has acknowledged nothing for so long is not there. */
  private get awayNs(): number {
    return Math.max(this.options.claim.leaseNs, WAIT.acknowledgedNs);
  }

  private get silentNs(): number {
    return this.options.clock.nowNs() - this.heardNs;
  }

  private get unacknowledgedNs(): number {
    return this.options.clock.nowNs() - this.options.acknowledgedNs();
  }

  private reason(): string {
    const { leaseNs, orphanNs, lostAgent } = this.options.claim;
    const unheard = `has not heard its coordinator for ${formatDuration(leaseNs)}`;
    if (lostAgent === "fail") return unheard;
    return this.unacknowledgedNs >= this.awayNs
      ? `${unheard}, and the broker does not answer either`
      : `${unheard} and went on alone for ${formatDuration(orphanNs)}`;
  }
}
