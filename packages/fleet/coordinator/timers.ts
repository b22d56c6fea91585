/** Timers: what a run has planned, all of which ends with it. */
import type { Clock } from "@nightjar/core/run/clock.ts";

export class Timers {
  private readonly planned = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  after(delayNs: number, then: () => void): void {
    const cancel = this.clock.after(delayNs, () => {
      this.planned.delete(cancel);
      then();
    });
    this.planned.add(cancel);
  }

  end(): void {
    for (const cancel of this.planned) cancel();
    this.planned.clear();
  }
}
