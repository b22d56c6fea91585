/** Dues: which of a child's exchanges were due by when, by the plan, from the start of its load. */
import type { Phase } from "@nightjar/core/record/cell.ts";
import type { JobLoad } from "../job.ts";

export class Dues {
  constructor(private readonly load: JobLoad) {}

  /** Ns after the start of the load; 0 in the closed loop, where each is due when it can be. */
  dueNs(number: number): number {
    return this.load.closed ? 0 : (number / this.load.ratePerS) * 1e9;
  }

  phaseOf(number: number | undefined, startNs: number): Phase {
    const { closed, warmupNs, warmupExchanges } = this.load;
    const isEarly = closed || number === undefined ? startNs < warmupNs : number < warmupExchanges;
    return isEarly ? "warmup" : "measured";
  }

  /** How many were due before `ns`; `null` in the closed loop. */
  before(phase: Phase, ns: number): number | null {
    const { closed, ratePerS, exchanges, warmupExchanges } = this.load;
    if (closed) return null;
    const wanted = Math.ceil((Math.max(ns, 0) * ratePerS) / 1e9 - 1e-6);
    const due = Math.min(wanted, exchanges);
    return phase === "warmup" ? Math.min(due, warmupExchanges) : Math.max(0, due - warmupExchanges);
  }
}
