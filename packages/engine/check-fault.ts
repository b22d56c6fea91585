/** What a check found wrong with an answer. */
export interface CheckFault {
  /** As errors are counted: `check-header`, `check-body`. */
  readonly kind: string;
  /** For a person; asked once in an interval. */
  sentence(): string;
}
