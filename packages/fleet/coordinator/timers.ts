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

  /** Resolves when what is waited for has come, or that time is over. */
  async within(limitNs: number, awaited: Promise<unknown>): Promise<void> {
    const over = new Promise<void>((resolve) => this.clock.after(limitNs, resolve));
    await Promise.race([awaited, over]);
  }

  end(): void {
    for (const cancel of this.planned) cancel();
    this.planned.clear();
  }
}
