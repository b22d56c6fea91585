/** What a person should know of how wrk measures. */

const ALWAYS = [
  "wrk: service is from the sending on; latencies that wrk fills in unmeasured are taken out",
  "wrk: what is in flight at its end, at most one exchange of each connection, is in no count",
  "wrk: it tries the target with one connection more before it begins",
];

const LATE =
  "wrk: its timeout ends nothing: an answer later than the plan's counts as failed, one that " +
  "never comes is in no count";

const NO_STATUSES = "wrk: of answers that were not ok it tells no more than a status above 399";

const FILLED_IN =
  "wrk: this version fills in latencies, which were not measured, in a way that we do not know: " +
  "they are among those of service";

export interface WrkFindings {
  readonly isFilledIn: boolean;
  readonly hasErrors: boolean;
  readonly hasLate: boolean;
}

export function wrkNotes({ isFilledIn, hasErrors, hasLate }: WrkFindings): string[] {
  return [
    ...ALWAYS,
    ...(hasLate ? [LATE] : []),
    ...(hasErrors ? [NO_STATUSES] : []),
    ...(isFilledIn ? [FILLED_IN] : []),
  ];
}
