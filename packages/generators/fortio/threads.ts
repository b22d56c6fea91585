/**
 * Threads: fortio's connections, each of which makes its calls one after another on a schedule of
 * its own. They say up to when all calls are known, and which were under way at the end.
 *
 *     thread 0   ├──call 0──┤         ├──call c──┤        call i·c + thread is due at
 *     thread 1       ├──call 1──┤          ├──call c+1──┤   (i·c + thread) / rate
 */

export class Threads {
  /** The lowest time at which the next call of a thread may begin, from the start of the load. */
  private readonly nextNs: Float64Array;
  private readonly over: Uint8Array;

  constructor(
    private readonly connections: number,
    private readonly callsEach: number,
    /** When exchange `number` is due; 0 in the closed loop. */
    private readonly dueNs: (number: number) => number,
  ) {
    this.nextNs = Float64Array.from({ length: connections }, (_, thread) => dueNs(thread));
    this.over = new Uint8Array(connections);
  }

  /** A call of `thread` was the `iter`-th, and ended then. */
  called(thread: number, iter: number, endNs: number): void {
    if (thread >= this.connections) return;
    const isLast = iter + 1 >= this.callsEach;
    const next = isLast
      ? Number.POSITIVE_INFINITY
      : Math.max(endNs, this.dueNs((iter + 1) * this.connections + thread));
    this.nextNs[thread] = Math.max(this.nextNs[thread], next);
  }

  /** Fortio has said that it is done with the thread. */
  ended(thread: number): void {
    if (thread < this.connections) this.over[thread] = 1;
  }

  /** All calls that began before it are known. */
  knownNs(): number {
    let known = Number.POSITIVE_INFINITY;
    for (const next of this.nextNs) if (next < known) known = next;
    return known;
  }

  /** Who had begun a call before `ns` and never said that it ended. */
  inFlightAt(ns: number): number {
    let count = 0;
    for (let thread = 0; thread < this.connections; thread++) {
      if (this.over[thread] === 0 && this.nextNs[thread] < ns) count++;
    }
    return count;
  }
}
