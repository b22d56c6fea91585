/** HistogramPool: histograms to add up in, used again: each has 270 kB. */
import { Histogram } from "./histogram.ts";

export class HistogramPool {
  private readonly free: Histogram[] = [];
  /** How many have been taken and not given back. */
  lent = 0;

  /** An empty one. */
  take(): Histogram {
    this.lent++;
    return this.free.pop() ?? new Histogram();
  }

  giveBack(histogram: Histogram): void {
    histogram.reset();
    this.free.push(histogram);
    this.lent--;
  }
}
