/**
 * BackendBook: what each address did to the exchanges of one phase in the current interval. The
 * addresses are numbered by `BackendNames`, in the order in which they were first met.
 */

import { LIMIT } from "@nightjar/core/plan/plan-limits.ts";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import type { BackendTally } from "@nightjar/core/record/snapshot.ts";

/** Where those stand that are beyond the limit. */
const OTHERS = "others";

export class BackendNames {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** The number of `name`, a new one if need be. */
  of(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length >= LIMIT.backends && name !== OTHERS) return this.of(OTHERS);
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

class Backend {
  completed = 0;
  errors = 0;
  failed = 0;
  readonly service = new Histogram();

  /** Empties it. `undefined`: nothing happened. */
  flush(): BackendTally | undefined {
    const { completed, errors, failed } = this;
    if (completed + failed === 0) return undefined;
    const service = this.service.sparse();
    this.service.reset();
    this.completed = this.errors = this.failed = 0;
    return { completed, errors, failed, service };
  }
}

export class BackendBook {
  private readonly backends: Backend[] = [];

  answered(backend: number, serviceNs: number, isError: boolean): void {
    const one = this.at(backend);
    one.completed++;
    if (isError) one.errors++;
    one.service.record(serviceNs);
  }

  failed(backend: number): void {
    if (backend >= 0) this.at(backend).failed++;
  }

  private at(backend: number): Backend {
    while (this.backends.length <= backend) this.backends.push(new Backend());
    return this.backends[backend];
  }

  flush(names: readonly string[]): Record<string, BackendTally> {
    const tallies: Record<string, BackendTally> = {};
    for (const [index, backend] of this.backends.entries()) {
      const tally = backend.flush();
      if (tally !== undefined) tallies[names[index]] = tally;
    }
    return tallies;
  }
}
