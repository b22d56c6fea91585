/**
 * Backlog: letters that wait, the oldest first. Those that were taken and given back stand in
 * front. A map from whose front the oldest are deleted becomes slower with each of them; here
 * nothing is moved but now and then, all at once.
 *
 *     back    3 5            few: no more than are on their way at once
 *     queue   · · 8 9 · 11   head ▲, and gaps where snapshots went for want of room
 */

export interface Letter {
  readonly number: number;
  readonly bytes: Uint8Array;
  /** May go for want of room. */
  readonly isSnapshot: boolean;
}

/** Below this, what has gone is not worth moving the rest for. */
const MANY = 1024;

export class Backlog {
  private readonly back: Letter[] = [];
  private queue: (Letter | undefined)[] = [];
  /** All before it have gone. */
  private head = 0;
  /** None before it is a snapshot. */
  private spared = 0;

  put(letter: Letter): void {
    this.queue.push(letter);
  }

  /** The oldest; it waits no longer. */
  take(): Letter | undefined {
    const back = this.back.shift();
    if (back !== undefined) return back;
    const { queue } = this;
    while (this.head < queue.length) {
      const letter = queue[this.head];
      queue[this.head++] = undefined;
      if (letter === undefined) continue;
      this.tidy();
      return letter;
    }
    this.tidy();
    return undefined;
  }

  /** It waits again, in its old place. */
  giveBack(letter: Letter): void {
    const at = this.back.findIndex(({ number }) => number > letter.number);
    this.back.splice(at < 0 ? this.back.length : at, 0, letter);
  }

  /** The oldest snapshot; it waits no longer. */
  takeSnapshot(): Letter | undefined {
    const back = this.back.findIndex(({ isSnapshot }) => isSnapshot);
    if (back >= 0) return this.back.splice(back, 1)[0];
    const { queue } = this;
    for (let at = Math.max(this.head, this.spared); at < queue.length; at++) {
      const letter = queue[at];
      if (letter?.isSnapshot !== true) continue;
      queue[at] = undefined;
      this.spared = at + 1;
      return letter;
    }
    this.spared = queue.length;
    return undefined;
  }

  clear(): void {
    this.back.length = 0;
    this.queue = [];
    this.head = 0;
    this.spared = 0;
  }

  private tidy(): void {
    const { head, queue } = this;
    if (head < queue.length && (head < MANY || head * 2 < queue.length)) return;
    this.queue = queue.slice(head);
    this.spared = Math.max(0, this.spared - head);
    this.head = 0;
  }
}
