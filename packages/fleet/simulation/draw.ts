/** Draw: what is drawn of one seed, one after the other. */
import { uniform } from "@nightjar/core/random.ts";

export class Draw {
  private drawn = 0;

  constructor(
    private readonly seed: number,
    private readonly stream: number,
  ) {}

  /** In [0, 1). */
  part(): number {
    return uniform(this.seed, this.stream, this.drawn++);
  }

  chance(p: number): boolean {
    return this.part() < p;
  }

  between(least: number, most: number): number {
    return least + this.part() * (most - least);
  }

  /** In whole numbers, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.part() * (most - least + 1));
  }

  one<T>(all: readonly T[]): T {
    return all[this.whole(0, all.length - 1)];
  }
}
