/** Pending: what somebody has asked for and not yet been answered, within a limit. */
import type { Clock } from "@nightjar/core/run/clock.ts";
import { BusError } from "../bus.ts";

export class Pending<T> {
  readonly promise: Promise<T>;
  private resolve!: (answer: T) => void;
  private reject!: (error: BusError) => void;
  private readonly forget: () => void;

  /** Is in `all` until it is settled. */
  constructor(
    clock: Clock,
    limitNs: number,
    private readonly all: Set<{ fail(error: BusError): void }>,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.forget = clock.after(limitNs, () => this.fail(noAnswer("the limit has passed")));
    all.add(this);
  }

  /** Only the first answer counts. */
  answer(answer: T): void {
    this.settle();
    this.resolve(answer);
  }

  fail(error: BusError): void {
    this.settle();
    this.reject(error);
  }

  private settle(): void {
    this.forget();
    this.all.delete(this);
  }
}

export function noAnswer(why: string): BusError {
  return new BusError("no answer", `no answer came: ${why}`);
}
