/**
 * Sequence: vegeta numbers its hits in the order in which they begin. Once all numbers below one
 * are known, so are all hits that began before the last of them.
 */

export class Sequence {
  /** All below it are known. */
  private next = 0;
  private knownFromNs = 0;
  private received = 0;
  private highest = -1;
  private readonly ahead = new Map<number, number>();

  /** `exchanges`: there will be no more. `dueNs`: the hit of that number cannot begin before. */
  constructor(
    private readonly exchanges: number,
    private readonly dueNs: (number: number) => number,
  ) {}

  /** `startNs` from the start of the load. */
  add(number: number, startNs: number): void {
    this.received++;
    this.highest = Math.max(this.highest, number);
    this.ahead.set(number, startNs);
    for (;;) {
      const start = this.ahead.get(this.next);
      if (start === undefined) return;
      this.ahead.delete(this.next++);
      this.knownFromNs = Math.max(this.knownFromNs, start);
    }
  }

  /** All hits that began before it are known. */
  knownNs(): number {
    if (this.next >= this.exchanges) return Number.POSITIVE_INFINITY;
    return Math.max(this.knownFromNs, this.dueNs(this.next));
  }

  /** Begun before some that are known, and not known themselves: at least so many are in flight. */
  get missing(): number {
    return this.highest + 1 - this.received;
  }
}
