/**
 * Operating failures: typed errors with a stable code and a hint. A failed *request* is data, never
 * one of these; a programmer's error is a plain `Error` from `assert`, and crashes.
 */

export const EXIT = {
  pass: 0,
  operating: 1,
  usage: 2,
  inconclusive: 98,
  thresholdFailed: 99,
  interrupted: 130,
} as const;

export type ErrorCode =
  | "bad-plan"
  | "bad-usage"
  | "refused"
  | "prepare-failed"
  | "unknown-host"
  | "file"
  | "lost"
  | "protocol";

const USAGE_CODES: ReadonlySet<ErrorCode> = new Set(["bad-plan", "bad-usage", "refused"]);

/**
 * One sentence that says where, what was found and what is allowed; `hint` says what to do about
 * it.
 */
export class NightjarError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = "NightjarError";
  }

  get exitCode(): number {
    return USAGE_CODES.has(this.code) ? EXIT.usage : EXIT.operating;
  }
}

/** A broken invariant of ours: crashes, because going on would print a wrong number. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
