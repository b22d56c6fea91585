/** The clock of a process that may be killed: nothing that it has planned happens afterwards. */
import type { Clock } from "@nightjar/core/run/clock.ts";

export class MortalClock implements Clock {
  private isDead = false;
  private readonly planned = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  nowNs(): number {
    return this.clock.nowNs();
  }

  after(delayNs: number, then: () => void): () => void {
    if (this.isDead) return () => {};
    const drop = this.clock.after(delayNs, () => {
      this.planned.delete(cancel);
      then();
    });
    const cancel = () => {
      this.planned.delete(cancel);
      drop();
    };
    this.planned.add(cancel);
    return cancel;
  }

  kill(): void {
    this.isDead = true;
    for (const cancel of this.planned) cancel();
  }
}
