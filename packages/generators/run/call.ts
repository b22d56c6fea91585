/** Call: one exchange as a program that logs each of them tells of it. */

export interface Call {
  /**
   * Which of the child's exchanges it is, 0 the first: the schedule says when it was due.
   * `undefined` where the program does not tell.
   */
  readonly number?: number;
  /** After T0, on the monotonic clock. */
  readonly startNs: number;
  readonly latencyNs: number;
  /** Answered to the last byte; 0: failed. */
  readonly status: number;
  /** Of a failure: its kind, and what the program said. */
  readonly failure?: { readonly kind: string; readonly sample: string };
}
