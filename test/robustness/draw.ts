/** Seeded choices: those of number `n` are the same in every run with the same seed. */
import { uniform } from "@nightjar/core/random.ts";

const DEFAULT_SEED = 20_260_101;

/** NIGHTJAR_SEED, or the one of every day. */
export function seedOfRun(): number {
  const text = process.env.NIGHTJAR_SEED ?? `${DEFAULT_SEED}`;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`NIGHTJAR_SEED is a whole number, not "${text}"`);
  return Number(text);
}

export class Draw {
  private next = 0;

  constructor(
    private readonly seed: number,
    private readonly n: number,
  ) {}

  /** 0 … below − 1 */
  below(below: number): number {
    return Math.floor(uniform(this.seed, this.n, this.next++) * below);
  }

  chance(share: number): boolean {
    return uniform(this.seed, this.n, this.next++) < share;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  times<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}
