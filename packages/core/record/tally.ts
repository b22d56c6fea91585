/**
 * Tally: what happened to the exchanges of one phase (warm-up or measured) in one interval of one
 * child. A tally is mergeable: all counts add, all histograms add, the earliest sample of an error
 * is kept.
 *
 *     due  = sent + dropped + unsent + unknown          sent = completed + failed + censored
 *
 * hold for a whole run. Within an interval the difference is what stands open at its two ends.
 */
import { EMPTY_HISTOGRAM, mergeHistograms, type SparseHistogram } from "./histogram.ts";

export const COUNTS = [
  "due",
  "sent",
  "dropped",
  "unsent",
  "unknown",
  "completed",
  "failed",
  "censored",
  "ok",
  "errors",
] as const;
export type Count = (typeof COUNTS)[number];
export type Counts = Record<Count, number>;

/**
 * `wait connect lag` over sent; `service firstByte` over completed; `response` over ok,
 * `errorResponse` over errors. `tcp tls` over the connections that were opened for an exchange.
 * Ages (now − due) of what has no answer: `failedAge`, `censoredAge` (in flight at the end),
 * `unsentAge`.
 */
export const TALLY_HISTOGRAMS = [
  "wait",
  "connect",
  "lag",
  "service",
  "response",
  "firstByte",
  "errorResponse",
  "failedAge",
  "censoredAge",
  "unsentAge",
  "tcp",
  "tls",
] as const;
/** `recorded:NAME`: numbers in a header of the answers; `overhead:NAME`: service − that number. */
export type RecordedHistogram = `recorded:${string}` | `overhead:${string}`;
/**
 * Of an order with `details`. Times: `queue`, without a connection or while it was opened;
 * `passage`, from there to the end; `blocked`, while exchanges were due and none could be begun;
 * `service:2xx` and so on, by class of status. Bytes: `headerBytes`, of names and values;
 * `bodyBytes`.
 */
export type DetailHistogram =
  | "queue"
  | "passage"
  | "blocked"
  | "headerBytes"
  | "bodyBytes"
  | `service:${string}`;
export type TallyHistogram =
  | (typeof TALLY_HISTOGRAMS)[number]
  | RecordedHistogram
  | DetailHistogram;

/** Why an exchange failed: no answer, for ever. */
export const FAILURE_KINDS = [
  "timeout",
  "connect-timeout",
  "connect-refused",
  "connect-failed",
  "no-descriptors",
  "no-ports",
  "proxy",
  "tls",
  "reset",
  "closed-before-answer",
  "closed-mid-answer",
  "protocol",
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** The first one seen; `atNs` after T0, `null` where it was told at the end and none knows when. */
export interface ErrorCount {
  readonly count: number;
  readonly sample: string;
  readonly atNs: number | null;
}

/** What was in flight and what waited for a connection at an instant. */
export interface Open {
  readonly inFlight: number;
  readonly backlog: number;
}

export interface Tally {
  readonly counts: Counts;
  /** Answers by status code. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Failures by kind, and answered errors as `status-503`. */
  readonly errors: Readonly<Record<string, ErrorCount>>;
  readonly histograms: Readonly<Partial<Record<TallyHistogram, SparseHistogram>>>;
  readonly openBefore: Open;
  readonly open: Open;
  /** Ages of what is open at the end of the interval, should the child never speak again. */
  readonly openAges: { readonly inFlight: SparseHistogram; readonly backlog: SparseHistogram };
}

export const NOTHING_OPEN: Open = Object.freeze({ inFlight: 0, backlog: 0 });

const ZERO = Object.freeze(Object.fromEntries(COUNTS.map((count) => [count, 0]))) as Counts;

export function zeroCounts(): Counts {
  return { ...ZERO };
}

export function emptyTally(): Tally {
  return {
    counts: zeroCounts(),
    statuses: {},
    errors: {},
    histograms: {},
    openBefore: NOTHING_OPEN,
    open: NOTHING_OPEN,
    openAges: { inFlight: EMPTY_HISTOGRAM, backlog: EMPTY_HISTOGRAM },
  };
}

function addCounts(parts: readonly Counts[]): Counts {
  const total = zeroCounts();
  for (const part of parts) for (const count of COUNTS) total[count] += part[count];
  return total;
}

export function addNumbers(
  parts: readonly Readonly<Record<string, number>>[],
): Record<string, number> {
  const total: Record<string, number> = {};
  for (const part of parts) addNumbersTo(total, part);
  return total;
}

export function addNumbersTo<K extends string>(
  total: Record<K, number>,
  part: Readonly<Record<K, number>>,
): void {
  for (const key in part) total[key] = (total[key] ?? 0) + part[key];
}

/** One of which nobody knows when comes after all others. */
function earlier(a: ErrorCount, b: ErrorCount): ErrorCount {
  const [atA, atB] = [a, b].map(({ atNs }) => atNs ?? Number.POSITIVE_INFINITY);
  if (atA !== atB) return atA < atB ? a : b;
  return a.sample <= b.sample ? a : b;
}

/** Counts add; the earliest sample stays. */
export function addErrors(parts: readonly Tally["errors"][]): Record<string, ErrorCount> {
  const total: Record<string, ErrorCount> = {};
  for (const part of parts) addErrorsTo(total, part);
  return total;
}

export function addErrorsTo(total: Record<string, ErrorCount>, part: Tally["errors"]): void {
  for (const kind in part) {
    const before = total[kind];
    if (!before) total[kind] = part[kind];
    else {
      const first = earlier(before, part[kind]);
      total[kind] = { ...first, count: before.count + part[kind].count };
    }
  }
}

function addHistograms(parts: readonly Tally["histograms"][]): Tally["histograms"] {
  const total: Partial<Record<TallyHistogram, SparseHistogram>> = {};
  const names = new Set(parts.flatMap((part) => Object.keys(part) as TallyHistogram[]));
  for (const name of names) {
    const filled = parts.map((part) => part[name]).filter((part) => part !== undefined);
    if (filled.length > 0) total[name] = mergeHistograms(filled);
  }
  return total;
}

function addOpen(parts: readonly Open[]): Open {
  return {
    inFlight: parts.reduce((sum, part) => sum + part.inFlight, 0),
    backlog: parts.reduce((sum, part) => sum + part.backlog, 0),
  };
}

/** Tallies of the same interval of several children. Exact, in any order. */
export function mergeTallies(parts: readonly Tally[]): Tally {
  if (parts.length === 0) return emptyTally();
  if (parts.length === 1) return parts[0];
  return {
    counts: addCounts(parts.map((part) => part.counts)),
    statuses: addNumbers(parts.map((part) => part.statuses)),
    errors: addErrors(parts.map((part) => part.errors)),
    histograms: addHistograms(parts.map((part) => part.histograms)),
    openBefore: addOpen(parts.map((part) => part.openBefore)),
    open: addOpen(parts.map((part) => part.open)),
    openAges: {
      inFlight: mergeHistograms(parts.map((part) => part.openAges.inFlight)),
      backlog: mergeHistograms(parts.map((part) => part.openAges.backlog)),
    },
  };
}

/** The same, with each of its histograms as `map` has it. */
export function mapHistograms(
  tally: Tally,
  map: (histogram: SparseHistogram) => SparseHistogram,
): Tally {
  const { inFlight, backlog } = tally.openAges;
  const histograms = Object.entries(tally.histograms).map(([name, one]) => [name, one && map(one)]);
  return {
    ...tally,
    histograms: Object.fromEntries(histograms),
    openAges: { inFlight: map(inFlight), backlog: map(backlog) },
  };
}
