/** A bounded queue with one reader: the way in which events leave a Run. */
import { assert } from "../errors.ts";

/** More than this means that nobody reads: a fault of the program, not of the run. */
const MAX_WAITING = 1_000_000;

export class Channel<T> implements AsyncIterable<T> {
  private waiting: T[] = [];
  private ended = false;
  private wake: (() => void) | undefined;

  /** Ignored after `end()`. */
  push(item: T): void {
    if (this.ended) return;
    assert(this.waiting.length < MAX_WAITING, "a channel is read faster than it fills");
    this.waiting.push(item);
    this.wake?.();
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      while (this.waiting.length > 0) {
        const batch = this.waiting;
        this.waiting = [];
        for (const item of batch) yield item;
      }
      if (this.ended) return;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
  }
}
