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
import type { Claim } from "../messages.ts";

export interface LeaseOptions {
  readonly clock: Clock;
  readonly claim: Pick<Claim, "leaseNs" | "orphanNs" | "lostAgent">;
  /** When the broker last acknowledged something. */
  readonly acknowledgedNs: () => number;
  /** Called once, with the reason. */
  readonly over: (reason: string) => void;
}

/** So often in a lease it is looked whether the broker still acknowledges. */
const LOOKS = 10;

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
    const { clock, claim } = this.options;
    const silentNs = clock.nowNs() - this.heardNs;
    if (silentNs < claim.leaseNs) return this.wait(claim.leaseNs - silentNs);
    const reason = this.reasonToEnd(silentNs);
    if (reason === undefined) return this.wait(claim.leaseNs / LOOKS);
    this.isOver = true;
    this.options.over(reason);
  }

  /** `undefined`: it may go on. */
  private reasonToEnd(silentNs: number): string | undefined {
    const { clock, claim, acknowledgedNs } = this.options;
    const unheard = `has not heard its coordinator for ${formatDuration(claim.leaseNs)}`;
    if (claim.lostAgent === "fail") return unheard;
    if (clock.nowNs() - acknowledgedNs() > claim.leaseNs) {
      return `${unheard}, and the broker does not answer either`;
    }
    if (silentNs < claim.leaseNs + claim.orphanNs) return undefined;
    return `${unheard} and went on alone for ${formatDuration(claim.orphanNs)}`;
  }
}
